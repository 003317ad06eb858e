import { join } from 'node:path';
import { Eta } from 'eta';
import { INTENTION_LABELS, type Intention } from '#shared/leads/contract.ts';
import type { ReminderTier } from '#shared/reminders/contract.ts';
import { dateOf, formatDay, type Instant } from '#shared/values/time.ts';

/** One lead in a digest. */
export interface DigestLead {
  readonly id: string;
  readonly no: string;
  readonly customerName: string;
  readonly tier: ReminderTier;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly intention: Intention;
  /** Whole working days since it was due. */
  readonly daysOverdue: number;
  /** Null: never. */
  readonly lastFollowUpAt: Instant | null;
  readonly nextFollowUpContent: string | null;
}

/** What one recipient is told at once. */
export interface Digest {
  /** Null: an address of the company list. */
  readonly name: string | null;
  readonly now: Instant;
  /** Worst first. */
  readonly leads: readonly DigestLead[];
  /** How many there are; `leads` may be the worst of them only. */
  readonly total: number;
}

export interface DigestMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

interface Group {
  /** The rep; null: the recipient. */
  readonly name: string | null;
  readonly leads: readonly { title: string; detail: string; url: string; days: string }[];
}

const OWN_LEADS = '我的线索';

const eta = new Eta({ views: join(import.meta.dirname, 'mails'), autoEscape: true, cache: true });

const overdueWords = (days: number) => (days === 0 ? '刚到期' : `超期${days}个工作日`);

/** Own leads first, then the team's by rep, the rep with the worst one first. */
function groupsOf({ leads, now }: Digest, publicUrl: string): Group[] {
  const own = leads.filter(({ tier }) => tier === 'owner');
  const team = leads.filter(({ tier }) => tier !== 'owner');
  // By id: two reps may have one name.
  const groups = [...(own.length > 0 ? [own] : []), ...Map.groupBy(team, ({ ownerId }) => ownerId).values()];
  return groups.map((all) => ({
    name: all === own ? null : (all[0]?.ownerName ?? ''),
    leads: all.map((lead) => ({
      title: lead.customerName,
      detail: [
        `${INTENTION_LABELS[lead.intention]}意向`,
        lead.lastFollowUpAt
          ? `上次跟进 ${formatDay(dateOf(lead.lastFollowUpAt), dateOf(now))}`
          : '还没有跟进过',
        lead.nextFollowUpContent && `约好：${lead.nextFollowUpContent}`,
      ]
        .filter(Boolean)
        .join(' · '),
      url: `${publicUrl}/#/sales/lead-detail/index?id=${lead.id}`,
      days: overdueWords(lead.daysOverdue),
    })),
  }));
}

/**
 * The mail of a digest. A lead that is named by customers or colleagues stands escaped in the page and never in a header.
 * @param publicUrl how people reach the app, without a trailing slash
 */
export function renderDigest(digest: Digest, publicUrl: string): DigestMail {
  const { name, total, leads } = digest;
  const own = leads.some(({ tier }) => tier === 'owner');
  const team = leads.some(({ tier }) => tier !== 'owner');
  const subject = own ? `${total}条线索超期，等你跟进` : `团队${total}条线索超期`;
  const view = {
    subject,
    greeting: name ? `${name}，您好` : '您好',
    intro:
      own && team
        ? '下面是超期的线索：先是您自己的，再是团队的，每组里最久的在前。'
        : own
          ? '下面的线索过了该联系的时间，最久的在前。联系后写一条跟进，提醒就停。'
          : '下面的线索过了该联系的时间还没有跟进，按跟进人分组，最久的在前。',
    groups: groupsOf(digest, publicUrl),
    ownLeads: OWN_LEADS,
    more: total - leads.length,
    listUrl: `${publicUrl}/#/pages/today/index`,
  };
  return { subject, html: eta.render('./digest.html.eta', view), text: plainText(view) };
}

interface View {
  readonly greeting: string;
  readonly intro: string;
  readonly groups: readonly Group[];
  /** How many more there are than shown. */
  readonly more: number;
  readonly listUrl: string;
}

function plainText({ greeting, intro, groups, more, listUrl }: View): string {
  const lines = [`${greeting}。${intro}`, ''];
  for (const { name, leads } of groups) {
    if (groups.length > 1 || name !== null) lines.push(`【${name ?? OWN_LEADS}】${leads.length}条`, '');
    for (const { title, days, detail, url } of leads) {
      lines.push(`- ${title}（${days}）`, `  ${detail}`, `  ${url}`, '');
    }
  }
  if (more > 0) lines.push(`还有${more}条：${listUrl}`, '');
  lines.push('跟进 Genjin 自动发送，请勿直接回复。');
  return lines.join('\n');
}
