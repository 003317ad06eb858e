import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import type { TicketDetail } from '#shared/service-tickets/contract.ts';
import type { Signature } from '#shared/service-tickets/signature.ts';
import { formatYuan } from '#shared/values/money.ts';
import { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { ConnectionBanner } from '../../domain/connection-banner';
import { FormPage } from '../../domain/edit-page';
import { Guarded } from '../../domain/guarded';
import { OpenedTicket } from '../../domain/opened-ticket';
import { SignaturePad } from '../../domain/signature-pad';
import { takeStep } from '../../domain/ticket-steps';
import { useFormErrors } from '../../domain/use-form-errors';
import { Button, Card, EmptyState, FieldGroup, Icon, Page, TextField, toast } from '../../ui';
import './index.scss';

const TITLE = '客户签字';
const pageOf = (id: string) => `/service/ticket/index?id=${id}`;

/** `?id=`: the phone is handed to the customer, who reads what was done and signs. */
export default function SignPage() {
  const id = useRouter().params.id ?? '';
  return (
    <Guarded title={TITLE} permission="serviceTickets.work">
      {() => (
        <OpenedTicket id={id} title={TITLE}>
          {({ ticket, detail }) =>
            ticket.actions.some(({ action }) => action === 'sign') ? (
              <SignForm ticket={ticket} offline={detail.error?.offline} />
            ) : (
              <Page title={TITLE}>
                <EmptyState
                  icon="signature"
                  title={ticket.signature ? '客户已经签过字' : '现在不用签字'}
                  hint="完工之后请客户签字验收"
                  action="看工单"
                  onAction={() => void Taro.redirectTo({ url: pageOf(id) })}
                />
              </Page>
            )
          }
        </OpenedTicket>
      )}
    </Guarded>
  );
}

interface SignFormValue {
  readonly signerName: string;
  readonly signature: Signature | null;
}

function SignForm({ ticket, offline }: { ticket: TicketDetail; offline: boolean | undefined }) {
  const [initial] = useState<SignFormValue>(() => ({
    signerName: ticket.contactName ?? '',
    signature: null,
  }));
  const draft = useDraft<SignFormValue>(`sign:${ticket.id}`, initial);
  const { signerName, signature } = draft.value;
  const [pending, setPending] = useState(false);
  const form = useFormErrors(['signerName', 'signature']);
  const change = (changes: Partial<SignFormValue>) => {
    form.clear(Object.keys(changes));
    draft.setValue((before) => ({ ...before, ...changes }));
  };

  const save = async () => {
    if (pending) return;
    const missing = [
      ...(signerName.trim() === '' ? [{ field: 'signerName', message: '写上签字人的姓名' }] : []),
      ...(signature === null ? [{ field: 'signature', message: '请客户在上面签名' }] : []),
    ];
    form.show(missing);
    if (missing.length > 0 || signature === null) return;
    setPending(true);
    try {
      const { state } = await takeStep(ticket, 'sign', { signerName: signerName.trim(), signature });
      draft.clear();
      goBack(pageOf(ticket.id));
      if (state === 'sent') toast('已签字，工单解决');
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) form.fail('没有保存成功，请重试');
      else if (thrown.fields) form.show(thrown.fields);
      else if (thrown.status !== 401) form.fail(thrown.message);
    } finally {
      setPending(false);
    }
  };

  return (
    <FormPage
      title={TITLE}
      form={form}
      draft={draft}
      banner={<ConnectionBanner offline={offline} />}
      pending={pending}
      save="确认验收"
      onSave={() => void save()}
    >
      <Card inset>
        <Text className="sign__words">{ticket.solution}</Text>
        <Text className="sign__sum">
          {ticket.isUnderWarranty || ticket.totalCost === 0
            ? '本次服务免费'
            : `费用合计 ${formatYuan(ticket.totalCost)}`}
        </Text>
      </Card>
      <FieldGroup>
        <TextField
          name="signerName"
          label="签字人"
          required
          error={form.errors.signerName}
          value={signerName}
          placeholder="客户姓名"
          maxLength={50}
          onChange={(next) => change({ signerName: next })}
        />
      </FieldGroup>
      <View id="field-signature">
        <SignaturePad value={signature} onChange={(next) => change({ signature: next })} />
        {form.errors.signature && (
          <View className="sign__error" {...{ role: 'alert' }}>
            <Icon name="circle-alert" size="s" />
            <Text>{form.errors.signature}</Text>
          </View>
        )}
      </View>
      <Button kind="plain" block onPress={() => goBack(pageOf(ticket.id))}>
        客户不在，稍后再签
      </Button>
    </FormPage>
  );
}
