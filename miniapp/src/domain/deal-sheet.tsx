import { View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { MAX_YUAN } from '#shared/values/money.ts';
import { type CalendarDate, dateOf } from '#shared/values/time.ts';
import { Button, DateField, FieldGroup, Sheet, TextField } from '../ui';
import { useNow } from './use-now';

interface DealSheetProps {
  open: boolean;
  customerName: string;
  pending?: boolean;
  error?: string | null;
  onSubmit: (deal: { dealDate: CalendarDate; dealAmount: number }) => void;
  onClose: () => void;
}

/** Yuan as typed; null while it is not an amount. */
function amountOf(text: string): number | null {
  const plain = text.replace(/[,，\s¥]/g, '');
  if (!/^\d+(\.\d{1,2})?$/.test(plain)) return null;
  const amount = Number(plain);
  return amount > 0 && amount <= MAX_YUAN ? amount : null;
}

/** A won deal: when and how much. */
export function DealSheet({ open, customerName, pending, error, onSubmit, onClose }: DealSheetProps) {
  const today = dateOf(useNow());
  const [date, setDate] = useState<string>(today);
  const [amount, setAmount] = useState('');
  const [wrong, setWrong] = useState<string | undefined>();
  useEffect(() => {
    if (!open) return;
    setDate(today);
    setAmount('');
    setWrong(undefined);
  }, [open, today]);
  return (
    <Sheet
      open={open}
      title="登记成交"
      subtitle={customerName}
      onClose={onClose}
      footer={
        <Button
          block
          kind="primary"
          pending={Boolean(pending)}
          onPress={() => {
            const dealAmount = amountOf(amount);
            if (dealAmount === null) setWrong(amount.trim() === '' ? '填写成交金额' : '金额最多两位小数');
            else onSubmit({ dealDate: date, dealAmount });
          }}
        >
          确认成交
        </Button>
      }
    >
      <View>
        <FieldGroup>
          <TextField
            name="dealAmount"
            label="金额"
            kind="decimal"
            required
            value={amount}
            placeholder="元"
            maxLength={16}
            error={wrong ?? error ?? undefined}
            onChange={(text) => {
              setAmount(text);
              setWrong(undefined);
            }}
          />
          <DateField
            name="dealDate"
            label="成交日期"
            required
            value={date}
            today={today}
            max={today}
            text={date === today ? '今天' : date}
            onChange={(next) => next && setDate(next)}
          />
        </FieldGroup>
      </View>
    </Sheet>
  );
}
