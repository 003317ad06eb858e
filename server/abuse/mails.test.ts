import { beforeAll, describe, expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { atWallClock } from '#shared/values/time.ts';
import type { Mail } from '../kernel/mail.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { checkAt, createChain, putLeads, sendWaiting, startOver } from '../testing/reminders.ts';

// What people typed stands in mails as text: it neither becomes markup nor another header, recipient or link.

const PAYLOADS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "'><a href='javascript:alert(1)'>x</a>",
  '</td></tr></table><h1>假的</h1>',
  '<!--',
  ']]><![CDATA[<b>',
  '<%= it.listUrl %>',
  '{{constructor.constructor("alert(1)")()}}',
  '&lt;b&gt;&amp;',
  '</title><style>*{display:none}</style>',
];

let t: TestApp;
let people: Awaited<ReturnType<typeof createChain>>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createChain(t);
});

/** All mails of a morning on which somebody's leads are long overdue, by recipient. */
async function digests(name: string, content: string): Promise<Mail[]> {
  await startOver(t, atWallClock('2026-03-09', '08:00'));
  await t.db.deleteFrom('reminderRuns').execute();
  await t.db
    .updateTable('users')
    .set({ name: name.slice(0, 50) })
    .execute();
  await putLeads(t, people.admin, [
    {
      ownerId: people.rep.id,
      contact: atWallClock('2026-01-05', '10:00'),
      customerName: name,
      nextContent: content,
    },
  ]);
  await checkAt(t, '2026-03-09', '09:00');
  expect(await sendWaiting(t)).toEqual([]);
  return t.mails.toSorted((a, b) => (a.to < b.to ? -1 : 1));
}

const tagsOf = (html = '') => html.replace(/id=[0-9a-f-]{36}/g, 'id=').match(/<[^>]*>/g) ?? [];
const textOf = (html = '') =>
  html
    .replace(/<[^>]*>/g, '\n')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#0?39;|&#x27;/g, "'")
    .replace(/&amp;/g, '&');

describe('a digest', () => {
  it.each(PAYLOADS)('shows %s as it was typed, and has no other element for it', async (payload) => {
    const plain = (await digests('平常的酒店', '平常的约定')).map((mail) => ({ ...mail }));
    expect(plain.length).toBeGreaterThan(1);
    const hostile = await digests(payload, payload);
    expect(hostile.map(({ to, subject }) => [to, subject])).toEqual(
      plain.map(({ to, subject }) => [to, subject]),
    );
    for (const [i, { html, text }] of hostile.entries()) {
      expect(tagsOf(html)).toEqual(tagsOf(plain[i]?.html));
      expect(textOf(html)).toContain(payload);
      expect(text).toContain(payload);
    }
  });

  it('of names with line breaks has the headers and links of any other', async () => {
    const reply = await t.call(
      leads.create,
      { body: { customerName: '酒店\r\nBcc: evil@example.com\r\n\r\n正文', phone: '13911112222' } },
      { as: people.rep },
    );
    expect(reply.data.customerName).toBe('酒店 Bcc: evil@example.com 正文');
    const mails = await digests('https://evil.example', 'http://evil.example/login');
    for (const { html, to, subject, messageId } of mails) {
      expect(`${to}${subject}${messageId}`).not.toMatch(/[\r\n]|evil/);
      const links = [...(html ?? '').matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link as string);
      expect(links.length).toBeGreaterThan(1);
      for (const link of links) expect(link.startsWith('https://crm.example.com/')).toBe(true);
    }
  });
});
