import { View } from '@tarojs/components';
import { memo } from 'react';
import type { CustomerItem } from '#shared/customers/contract.ts';
import { CUSTOMER_LEVEL_LABELS } from '#shared/customers/draft.ts';
import { customerMachine } from '#shared/customers/machine.ts';
import type { Instant } from '#shared/values/time.ts';
import { IconButton, StatusTag } from '../ui';
import { callAbout } from './contact';
import { agreedStep, lastContact, phoneOf } from './customer-words';
import { customerTarget } from './follow-ups';
import { LEVEL_TONES, STAGE_TONES, stageLabel } from './labels';
import { placeFacts } from './lead-words';
import { RecordCard } from './record-card';

interface CustomerCardProps {
  customer: CustomerItem;
  now: Instant;
  onOpen: (customer: CustomerItem) => void;
  /** Without it there is no follow-up button. */
  onFollowUp?: ((customer: CustomerItem) => void) | undefined;
  /** For those who see the customers of others. */
  showOwner?: boolean;
  unsent?: boolean;
  selected?: boolean;
}

/** Who, how far, since when, and what is next; call and follow-up one tap away. */
export const CustomerCard = memo(function CustomerCard(props: CustomerCardProps) {
  const { customer, now, onOpen, onFollowUp, showOwner, unsent, selected } = props;
  const { customerName, level, stage, status, primaryContact } = customer;
  const active = status === 'active';
  const reached = phoneOf(customer);
  const facts = [
    active ? stageLabel(stage) : null,
    placeFacts(customer),
    showOwner ? customer.owner.name : null,
  ];
  return (
    <RecordCard
      name={customerName}
      label={[customerName, stageLabel(stage), level && CUSTOMER_LEVEL_LABELS[level]]
        .filter(Boolean)
        .join('，')}
      onPress={() => onOpen(customer)}
      past={!active}
      tags={
        <>
          {!active && <StatusTag>{customerMachine.states[status]}</StatusTag>}
          {level && <StatusTag tone={LEVEL_TONES[level]}>{CUSTOMER_LEVEL_LABELS[level]}</StatusTag>}
        </>
      }
      dot={active ? STAGE_TONES[stage] : null}
      facts={facts.filter(Boolean).join(' · ')}
      last={lastContact(customer, now)}
      next={agreedStep(customer, now) ?? primaryContact?.name ?? null}
      unsent={unsent}
      selected={selected}
      actions={
        <View className="record-card__actions">
          {reached.phone && (
            <IconButton
              icon="phone"
              label={`打电话给${customerName}`}
              onPress={() => callAbout(customerTarget(customer, reached.name), reached.phone)}
            />
          )}
          {onFollowUp && (
            <IconButton
              icon="pencil-line"
              tone="accent"
              label={`给${customerName}写跟进`}
              onPress={() => onFollowUp(customer)}
            />
          )}
        </View>
      }
    />
  );
});
