import { Text, View } from '@tarojs/components';
import { useEffect, useMemo, useRef, useState } from 'react';
import { customers } from '#shared/customers/contract.ts';
import type { CustomerStage } from '#shared/customers/machine.ts';
import type { LeadConversion, LeadDetail } from '#shared/leads/contract.ts';
import { formatPhone } from '#shared/values/phone.ts';
import { type CalendarDate, dateOf } from '#shared/values/time.ts';
import type { ApiError } from '../api/call';
import { useList } from '../api/query';
import { may, useSession } from '../api/session';
import {
  Button,
  Chips,
  DateField,
  Field,
  FieldGroup,
  PickField,
  Segmented,
  Sheet,
  SwitchField,
  TextField,
} from '../ui';
import { amountOf } from './amount';
import './convert-sheet.scss';
import { CustomerPicker } from './customer-picker';
import { stageLabel } from './labels';
import { useNow } from './use-now';

type Conversion = LeadConversion extends infer C ? (C extends unknown ? Omit<C, 'version'> : never) : never;
type Way = 'newCustomer' | 'customer' | 'deal';

const WAYS: Readonly<Record<Way, string>> = {
  newCustomer: '新客户',
  customer: '并入已有',
  deal: '只登记成交',
};
const HINTS: Readonly<Record<Way, string>> = {
  newCustomer: '跟进记录一起带过去，以后在客户里接着跟',
  customer: '跟进记录并到这位客户，电话不同会多加一位联系人',
  deal: '只记成交，不建客户档案',
};
/** A lead that became a customer is beyond these two. */
const STAGES = (['prospect', 'negotiation', 'client'] as const).map((value) => ({
  value,
  label: stageLabel(value),
}));

interface ConvertSheetProps {
  open: boolean;
  lead: LeadDetail;
  pending: boolean;
  error: ApiError | null;
  onSubmit: (conversion: Conversion) => void;
  onClose: () => void;
}

interface Words {
  way: Way;
  customerName: string;
  contactName: string;
  stage: CustomerStage;
  existing: { id: string; name: string } | null;
  won: boolean;
  amount: string;
  date: CalendarDate;
}
type Wrong = Partial<Record<'customerName' | 'contactName' | 'customerId' | 'dealAmount', string>>;

/** What a lead becomes: a new customer, part of one there is, or a deal and no more. */
export function ConvertSheet({ open, lead, pending, error, onSubmit, onClose }: ConvertSheetProps) {
  const user = useSession()?.user;
  const today = dateOf(useNow());
  const ways = useMemo<Way[]>(
    () => [
      ...(may(user, 'customers.create') ? (['newCustomer'] as const) : []),
      ...(may(user, 'customers.read') ? (['customer'] as const) : []),
      'deal',
    ],
    [user],
  );
  const blank = (): Words => ({
    way: ways[0] ?? 'deal',
    customerName: lead.company ?? lead.customerName,
    contactName: lead.contactPerson ?? '',
    stage: 'prospect',
    existing: null,
    won: false,
    amount: '',
    date: today,
  });
  const [words, setWords] = useState(blank);
  const [wrong, setWrong] = useState<Wrong>({});
  const [picking, setPicking] = useState(false);
  const fresh = open ? lead.id : null;
  const start = useRef(blank);
  start.current = blank;
  useEffect(() => {
    if (fresh === null) return;
    setWords(start.current());
    setWrong({});
  }, [fresh]);
  const { way, customerName, contactName, stage, existing, amount, date } = words;
  const won = words.won || way === 'deal';
  const change = (changes: Partial<Words>) => {
    setWrong({});
    setWords((before) => ({ ...before, ...changes }));
  };

  // Most often the same person asks again: the number says whose lead it is.
  const number = lead.contactMasked ? null : lead.phone;
  const known = useList(
    customers.list,
    { keyword: number ?? '', status: ['active'] },
    { enabled: open && number !== null && ways.includes('customer') },
  );
  const match = open && number ? known.rows[0] : undefined;

  const submit = () => {
    const dealAmount = amountOf(amount);
    const missing: Wrong = {
      ...(way === 'newCustomer' && customerName.trim() === '' ? { customerName: '填写客户名称' } : {}),
      ...(way === 'customer' && existing === null ? { customerId: '选一位客户' } : {}),
      ...(won && (dealAmount === null || dealAmount === 0)
        ? { dealAmount: amount.trim() === '' ? '填写成交金额' : '金额要大于零，最多两位小数' }
        : {}),
    };
    setWrong(missing);
    if (Object.keys(missing).length > 0) return;
    const deal = won && dealAmount !== null ? { dealDate: date, dealAmount } : {};
    if (way === 'customer' && existing) onSubmit({ to: 'customer', customerId: existing.id, ...deal });
    else if (way === 'newCustomer') {
      onSubmit({
        to: 'newCustomer',
        stage: won ? 'client' : stage,
        customer: { customerName: customerName.trim() },
        ...(contactName.trim() ? { contact: { name: contactName.trim() } } : {}),
        ...deal,
      });
    } else if (dealAmount !== null) onSubmit({ to: 'deal', dealDate: date, dealAmount });
  };

  const refused = (name: string) => error?.fields?.find(({ field }) => field.endsWith(name))?.message;
  const placed = ['customerName', 'name', 'customerId', 'dealAmount', 'dealDate'].some(refused);
  return (
    <>
      <Sheet
        open={open}
        title={ways.length > 1 ? '转为客户 / 成交' : '登记成交'}
        subtitle={lead.customerName}
        onClose={onClose}
        footer={
          <Button block kind="primary" pending={pending} onPress={submit}>
            {way === 'deal' ? '确认成交' : way === 'customer' ? '并入客户' : '转为客户'}
          </Button>
        }
      >
        <View className="convert">
          {ways.length > 1 && (
            <View className="convert__ways">
              <Segmented
                options={ways.map((value) => ({ value, label: WAYS[value] }))}
                value={way}
                onChange={(next) => change({ way: next })}
              />
              <Text className="convert__hint">{HINTS[way]}</Text>
            </View>
          )}
          {match && way === 'newCustomer' && (
            <View className="convert__match">
              <Text className="convert__match-words">{`“${match.customerName}”有同样的号码`}</Text>
              <Button
                size="s"
                onPress={() =>
                  change({ way: 'customer', existing: { id: match.id, name: match.customerName } })
                }
              >
                并入
              </Button>
            </View>
          )}
          <FieldGroup>
            {way === 'newCustomer' && (
              <>
                <TextField
                  name="customerName"
                  label="客户名称"
                  required
                  value={customerName}
                  maxLength={100}
                  error={wrong.customerName ?? refused('customerName')}
                  onChange={(text) => change({ customerName: text })}
                />
                <TextField
                  name="contactName"
                  label="联系人"
                  value={contactName}
                  placeholder={lead.phone || lead.wechat ? '不填用客户名称' : '选填'}
                  maxLength={50}
                  error={refused('name')}
                  {...(number ? { hint: `电话 ${formatPhone(number)} 会记在联系人上` } : {})}
                  onChange={(text) => change({ contactName: text })}
                />
                {!won && (
                  <Field name="stage" label="阶段" stacked>
                    <Chips
                      options={STAGES}
                      value={stage}
                      onChange={(next) => next && change({ stage: next })}
                    />
                  </Field>
                )}
              </>
            )}
            {way === 'customer' && (
              <PickField
                name="customerId"
                label="客户"
                required
                text={existing?.name ?? null}
                placeholder="选一位客户"
                error={wrong.customerId ?? refused('customerId')}
                onPress={() => setPicking(true)}
              />
            )}
            {way !== 'deal' && (
              <SwitchField
                name="won"
                label="已经成交"
                value={words.won}
                onChange={(next) => change({ won: next })}
              />
            )}
            {won && (
              <>
                <TextField
                  name="dealAmount"
                  label="金额"
                  kind="decimal"
                  required
                  value={amount}
                  placeholder="元"
                  maxLength={16}
                  error={wrong.dealAmount ?? refused('dealAmount')}
                  onChange={(text) => change({ amount: text })}
                />
                <DateField
                  name="dealDate"
                  label="成交日期"
                  required
                  value={date}
                  today={today}
                  max={today}
                  text={date === today ? '今天' : date}
                  error={refused('dealDate')}
                  onChange={(next) => next && change({ date: next })}
                />
              </>
            )}
          </FieldGroup>
          {error && !placed && (
            <Text className="convert__error" {...{ role: 'alert' }}>
              {error.fields?.[0]?.message ?? error.message}
            </Text>
          )}
        </View>
      </Sheet>
      <CustomerPicker
        open={picking}
        title="并入哪位客户"
        keyword={match && number ? number : ''}
        value={existing?.id ?? null}
        onPick={(customer) => {
          change({ existing: { id: customer.id, name: customer.customerName } });
          setPicking(false);
        }}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
