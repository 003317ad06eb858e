import { Text, View } from '@tarojs/components';
import { memo } from 'react';
import type { LeadItem } from '#shared/leads/contract.ts';
import { isOpenLead } from '#shared/leads/machine.ts';
import type { Instant } from '#shared/values/time.ts';
import { Button, cx, Icon, IconButton, PressCard, StatusTag } from '../ui';
import { callLead, copyWechat } from './contact';
import { INTENTION_TONES, intentionLabel, STATUS_TONES, statusLabel } from './labels';
import { lastWords, leadFacts, nextStep, originWords } from './lead-words';
import './lead-card.scss';

interface LeadCardProps {
  lead: LeadItem;
  now: Instant;
  onOpen: (lead: LeadItem) => void;
  /** Without it there is no follow-up button. */
  onFollowUp?: ((lead: LeadItem) => void) | undefined;
  /** For leads in the pool. */
  onClaim?: ((lead: LeadItem) => void) | undefined;
  claiming?: boolean;
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
  const last = lastWords(lead, now);
  const next = nextStep(lead, now);
  const open = isOpenLead(lead.status);
  const pool = open && !lead.owner;
  const facts = [
    open ? statusLabel(lead.status) : null,
    leadFacts(lead),
    showOwner ? (lead.owner?.name ?? (open ? '公海' : null)) : null,
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <View className={cx('lead-card', selected && 'lead-card--selected')}>
      <PressCard
        onPress={() => onOpen(lead)}
        label={`${lead.customerName}，${statusLabel(lead.status)}，${intentionLabel(lead.intention)}`}
      >
        <View className="lead-card__body">
          <View className="lead-card__head">
            <Text className={cx('lead-card__name', !open && 'lead-card__name--past')}>
              {lead.customerName}
            </Text>
            <View className="lead-card__tags">
              {open ? (
                <StatusTag tone={INTENTION_TONES[lead.intention]}>{intentionLabel(lead.intention)}</StatusTag>
              ) : (
                <StatusTag tone={STATUS_TONES[lead.status]}>{statusLabel(lead.status)}</StatusTag>
              )}
            </View>
          </View>
          <View className="lead-card__facts">
            {open && (
              <View className={cx('lead-card__dot', `lead-card__dot--${STATUS_TONES[lead.status]}`)} />
            )}
            <Text className="lead-card__facts-text">{facts}</Text>
          </View>
          <View className="lead-card__last">
            <Text className="lead-card__when">{last.when}</Text>
            <Text className="lead-card__what">{last.what}</Text>
          </View>
        </View>
        <View className="lead-card__foot">
          <View className={cx('lead-card__next', next && `lead-card__next--${next.urgency}`)}>
            {unsent ? (
              <>
                <Icon name="cloud-upload" size="s" />
                <Text className="lead-card__next-text">跟进待同步</Text>
              </>
            ) : pool ? (
              <Text className="lead-card__next-text">{originWords(lead)}</Text>
            ) : (
              next && (
                <>
                  <Icon name={next.urgency === 'overdue' ? 'alarm-clock' : 'clock'} size="s" />
                  <Text className="lead-card__next-text">{next.text}</Text>
                </>
              )
            )}
          </View>
          {pool && onClaim ? (
            <View className="lead-card__claim">
              <Button
                size="s"
                pending={Boolean(claiming)}
                onPress={() => onClaim(lead)}
                label={`领取${lead.customerName}`}
              >
                领取
              </Button>
            </View>
          ) : (
            <View className="lead-card__actions">
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
          )}
        </View>
      </PressCard>
    </View>
  );
});
