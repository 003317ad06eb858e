import { useEffect, useRef, useState } from 'react';
import type { CustomerDetail, customers } from '#shared/customers/contract.ts';
import type { CallInput } from '#shared/http/endpoint.ts';
import { dateOf } from '#shared/values/time.ts';
import type { ApiError } from '../api/call';
import { Button, DateField, FieldGroup, Sheet, TextareaField, TextField } from '../ui';
import { amountOf } from './amount';
import { useNow } from './use-now';

type Assessment = Omit<NonNullable<CallInput<typeof customers.assess>['body']>, 'version'>;
type Wrong = Partial<Record<'creditScore' | 'creditLimit', string>>;

interface CreditSheetProps {
  open: boolean;
  customer: Pick<CustomerDetail, 'id' | 'customerName' | 'creditScore' | 'creditLimit'>;
  pending: boolean;
  error: ApiError | null;
  onSubmit: (assessment: Assessment) => void;
  onClose: () => void;
}

/** How much a customer may owe, and what that was judged by. */
export function CreditSheet({ open, customer, pending, error, onSubmit, onClose }: CreditSheetProps) {
  const today = dateOf(useNow());
  const blank = () => ({
    score: customer.creditScore === null ? '' : String(customer.creditScore),
    limit: customer.creditLimit === null ? '' : String(customer.creditLimit),
    date: today,
    remarks: '',
  });
  const [words, setWords] = useState(blank);
  const [wrong, setWrong] = useState<Wrong>({});
  const start = useRef(blank);
  start.current = blank;
  useEffect(() => {
    if (!open) return;
    setWords(start.current());
    setWrong({});
  }, [open]);
  const change = (changes: Partial<typeof words>) => {
    setWrong({});
    setWords((before) => ({ ...before, ...changes }));
  };
  const submit = () => {
    const creditScore = /^\d{1,3}$/.test(words.score.trim()) ? Number(words.score) : 101;
    const creditLimit = amountOf(words.limit);
    const missing: Wrong = {
      ...(creditScore > 100 ? { creditScore: '填 0 到 100 的整数' } : {}),
      ...(creditLimit === null ? { creditLimit: '填写额度，最多两位小数' } : {}),
    };
    setWrong(missing);
    if (creditLimit === null || Object.keys(missing).length > 0) return;
    const remarks = words.remarks.trim();
    onSubmit({ creditScore, creditLimit, assessmentDate: words.date, ...(remarks ? { remarks } : {}) });
  };
  const refused = (name: string) => error?.fields?.find(({ field }) => field === name)?.message;
  return (
    <Sheet
      open={open}
      title="信用评估"
      subtitle={customer.customerName}
      onClose={onClose}
      footer={
        <Button block kind="primary" pending={pending} onPress={submit}>
          保存评估
        </Button>
      }
    >
      <FieldGroup>
        <TextField
          name="creditScore"
          label="评分"
          kind="number"
          required
          placeholder="0–100"
          maxLength={3}
          value={words.score}
          error={wrong.creditScore ?? refused('creditScore')}
          onChange={(score) => change({ score })}
        />
        <TextField
          name="creditLimit"
          label="信用额度"
          kind="decimal"
          required
          placeholder="元"
          maxLength={16}
          value={words.limit}
          error={wrong.creditLimit ?? refused('creditLimit')}
          onChange={(limit) => change({ limit })}
        />
        <DateField
          name="assessmentDate"
          label="评估日期"
          value={words.date}
          text={words.date === today ? '今天' : words.date}
          today={today}
          max={today}
          error={refused('assessmentDate')}
          onChange={(date) => date && change({ date })}
        />
        <TextareaField
          name="remarks"
          label="依据"
          placeholder="付款记录、规模、担保"
          maxLength={500}
          rows={2}
          value={words.remarks}
          error={refused('remarks') ?? (error && !error.fields ? error.message : undefined)}
          onChange={(remarks) => change({ remarks })}
        />
      </FieldGroup>
    </Sheet>
  );
}
