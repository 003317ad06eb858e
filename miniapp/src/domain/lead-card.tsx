import { View } from '@tarojs/components';
import { memo } from 'react';
import type { LeadItem } from '#shared/leads/contract.ts';
import { isOpenLead } from '#shared/leads/machine.ts';
import type { Instant } from '#shared/values/time.ts';
import { Button, IconButton, StatusTag } from '../ui';
import { callLead, copyWechat } from './contact';
import { INTENTION_TONES, intentionLabel, STATUS_TONES, statusLabel } from './labels';
import { acceptStep, lastWords, nextStep, originWords, placeFacts, recycleStep } from './lead-words';
import { RecordCard } from './record-card';

interface LeadCardProps {
  lead: LeadItem;
  now: Instant;
  onOpen: (lead: LeadItem) => void;
  /** Without it there is no follow-up button. */
  onFollowUp?: ((lead: LeadItem) => void) | undefined;
  /** For leads in the pool. */
  onClaim?: ((lead: LeadItem) => void) | undefined;
  claiming?: boolean;
  /** The finger stays on it. */
  onHold?: ((lead: LeadItem) => void) | undefined;
  /** For what came to the reader by itself. */
  onAccept?: ((lead: LeadItem) => void) | undefined;
  /** The list is about what the pool takes soon: it says when, rather than what is next. */
  soonRecycled?: boolean;
  /** For those who see the leads of others. */
  showOwner?: boolean;
  /** Something written about it still waits for the network. */
  unsent?: boolean;
  /** Shown beside the list. */
  selected?: boolean;
}

/** Who, how hot, since when, and what is next; call, WeChat and follow-up one tap away. */
export const LeadCard = memo(function LeadCard(props: LeadCardProps) {
  const { lead, now, onOpen, onFollowUp, onClaim, claiming, showOwner, unsent, selected } = props;
  const open = isOpenLead(lead.status);
  const pool = open && !lead.owner;
  const { onAccept, onHold, soonRecycled } = props;
  const { recycleAt } = lead;
  const take = lead.acceptBy
    ? onAccept && { label: '接收', run: onAccept }
    : pool && onClaim && { label: '领取', run: onClaim };
  const facts = [
    open ? statusLabel(lead.status) : null,
    placeFacts(lead),
    showOwner ? (lead.owner?.name ?? (open ? '公海' : null)) : null,
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <RecordCard
      name={lead.customerName}
      label={`${lead.customerName}，${statusLabel(lead.status)}，${intentionLabel(lead.intention)}`}
      onPress={() => onOpen(lead)}
      {...(onHold ? { onHold: () => onHold(lead) } : {})}
      past={!open}
      tags={
        open ? (
          <StatusTag tone={INTENTION_TONES[lead.intention]}>{intentionLabel(lead.intention)}</StatusTag>
        ) : (
          <StatusTag tone={STATUS_TONES[lead.status]}>{statusLabel(lead.status)}</StatusTag>
        )
      }
      dot={open ? STATUS_TONES[lead.status] : null}
      facts={facts}
      last={lastWords(lead, now)}
      next={
        pool
          ? originWords(lead)
          : (acceptStep(lead, now) ??
            (soonRecycled && recycleAt ? recycleStep(recycleAt, now) : nextStep(lead, now)))
      }
      unsent={unsent}
      selected={selected}
      actions={
        take ? (
          <View className="record-card__claim">
            <Button
              size="s"
              pending={Boolean(claiming)}
              onPress={() => take.run(lead)}
              label={`${take.label}${lead.customerName}`}
            >
              {take.label}
            </Button>
          </View>
        ) : (
          <View className="record-card__actions">
            {lead.phone && !lead.contactMasked && (
              <IconButton
                icon="phone"
                label={`打电话给${lead.customerName}`}
                onPress={() => callLead(lead)}
              />
            )}
            {lead.wechat && !lead.contactMasked && (
              <IconButton
                icon="message-circle"
                label={`复制${lead.customerName}的微信号`}
                onPress={() => copyWechat(lead.wechat ?? '')}
              />
            )}
            {open && onFollowUp && (!pool || !lead.contactMasked) && (
              <IconButton
                icon="pencil-line"
                tone="accent"
                label={`给${lead.customerName}写跟进`}
                onPress={() => onFollowUp(lead)}
              />
            )}
          </View>
        )
      }
    />
  );
});
