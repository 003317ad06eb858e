import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { FILE_KIND_LABELS, files } from '#shared/files/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { resolution, serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { formatYuan } from '#shared/values/money.ts';
import { toInstant } from '#shared/values/time.ts';
import { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { discardFromOutbox } from '../../api/outbox';
import { refreshAll, useAction } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { FormPage } from '../../domain/edit-page';
import { Guarded } from '../../domain/guarded';
import { OpenedTicket } from '../../domain/opened-ticket';
import { PhotoGrid } from '../../domain/photo-grid';
import type { QueuedPhoto } from '../../domain/queued-ticket';
import { addTicketPhotos } from '../../domain/ticket-photos';
import { takeStep } from '../../domain/ticket-steps';
import { useFormErrors } from '../../domain/use-form-errors';
import {
  Card,
  Chip,
  ChipRow,
  confirm,
  EmptyState,
  FieldGroup,
  Page,
  SectionHeader,
  SwitchField,
  TextareaField,
  TextField,
  toast,
} from '../../ui';
import './index.scss';
import { PartsField } from './parts-field';
import { rememberWords, suggestionsFor } from './recent-words';
import { totalOf, type WorkForm, wordsOf, workFormOf } from './work-form';

const TITLE = '完工';
const KINDS = ['before', 'after'] as const;

/** `?id=`: what was done about a ticket. Works without a signal from the first word to the last. */
export default function WorkPage() {
  const id = useRouter().params.id ?? '';
  return (
    <Guarded title={TITLE} permission="serviceTickets.work">
      {() => (
        <OpenedTicket id={id} title={TITLE}>
          {({ ticket, photos, detail }) =>
            ticket.actions.some(({ action }) => action === 'resolve') ? (
              <WorkFormPage ticket={ticket} photos={photos} offline={detail.error?.offline} />
            ) : (
              <Page title={TITLE}>
                <EmptyState
                  icon="circle-check"
                  title="现在不用填完工"
                  hint="工单已经往下走了，或不在你名下"
                  action="看工单"
                  onAction={() => void Taro.redirectTo({ url: `/service/ticket/index?id=${id}` })}
                />
              </Page>
            )
          }
        </OpenedTicket>
      )}
    </Guarded>
  );
}

interface WorkFormPageProps {
  ticket: TicketDetail;
  photos: readonly QueuedPhoto[];
  offline: boolean | undefined;
}

function WorkFormPage({ ticket, photos, offline }: WorkFormPageProps) {
  const [initial] = useState(() => workFormOf(ticket));
  const draft = useDraft<WorkForm>(`work:${ticket.id}`, initial);
  const { value } = draft;
  const [pending, setPending] = useState(false);
  const names = [
    'isRemote',
    'problemAnalysis',
    'solution',
    ...value.replacedParts.flatMap((_, i) => [`replacedParts.${i}.partName`, `replacedParts.${i}.unitCost`]),
    'serviceFee',
  ];
  const form = useFormErrors(names);
  // Nobody went there yet, so it was either solved from afar or it is not done.
  const remote = ticket.status === 'accepted';
  const total = totalOf(value);
  const change = (changes: Partial<WorkForm>) => {
    form.clear(Object.keys(changes));
    draft.setValue((before) => ({ ...before, ...changes }));
  };
  const words = (field: 'problemAnalysis' | 'solution', label: string, placeholder: string) => (
    <TextareaField
      name={field}
      label={label}
      required
      error={form.errors[field]}
      value={value[field]}
      placeholder={placeholder}
      maxLength={2000}
      onChange={(next) => change({ [field]: next })}
      below={
        <View className="work__suggestions">
          <ChipRow>
            {suggestionsFor(field).map((suggestion) => (
              <Chip
                key={suggestion}
                on={value[field] === suggestion}
                onPress={() =>
                  change({
                    [field]:
                      value[field].trim() === '' || suggestionsFor(field).includes(value[field])
                        ? suggestion
                        : `${value[field]}，${suggestion}`,
                  })
                }
              >
                {suggestion}
              </Chip>
            ))}
          </ChipRow>
        </View>
      }
    />
  );

  const save = async () => {
    if (pending) return;
    const sent = wordsOf(value);
    const judged = resolution.safeParse({
      ...sent,
      assignment: ticket.assignment?.id,
      happenedAt: toInstant(Date.now()),
    });
    if (!judged.success) return form.show(fieldErrorsOf(judged.error.issues));
    if (remote && !value.isRemote)
      return form.show([{ field: 'isRemote', message: '没有到场只能远程解决；要去现场请先出发、签到' }]);
    form.show([]);
    setPending(true);
    try {
      const { state } = await takeStep(ticket, 'resolve', { ...sent, isRemote: remote });
      rememberWords('problemAnalysis', value.problemAnalysis);
      rememberWords('solution', value.solution);
      draft.clear();
      if (state === 'sent') toast('已完工，请客户签字');
      void Taro.redirectTo({ url: `/service/sign/index?id=${ticket.id}` });
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
      save="完工，请客户验收"
      onSave={() => void save()}
    >
      <Card className="work__note">
        <Text className="work__words">{[ticket.customer.customerName, ticket.ticketTitle].join(' · ')}</Text>
      </Card>
      {remote && (
        <FieldGroup>
          <SwitchField
            name="isRemote"
            label="远程解决"
            hint="没有到现场就处理好了"
            error={form.errors.isRemote}
            value={value.isRemote}
            onChange={(isRemote) => change({ isRemote })}
          />
        </FieldGroup>
      )}
      <FieldGroup>
        {words('problemAnalysis', '原因', '查下来是什么问题')}
        {words('solution', '处理', '做了什么，现在怎么样')}
      </FieldGroup>
      <Photos ticket={ticket} photos={photos} />
      <SectionHeader title="配件与费用" />
      <PartsField
        parts={value.replacedParts}
        errors={form.errors}
        onChange={(replacedParts) => {
          form.clear(names.filter((name) => name.startsWith('replacedParts.')));
          change({ replacedParts });
        }}
      />
      <FieldGroup>
        <TextField
          name="serviceFee"
          label="服务费"
          kind="decimal"
          value={value.serviceFee}
          error={form.errors.serviceFee}
          placeholder="0.00"
          maxLength={12}
          hint={ticket.isUnderWarranty ? '在质保期内：记账，不向客户收取' : ''}
          onChange={(serviceFee) => change({ serviceFee })}
        />
      </FieldGroup>
      <View className="work__sum">
        <Text>{ticket.isUnderWarranty ? '合计（在保，免费）' : '合计'}</Text>
        <Text className="work__total">{total === null ? '—' : formatYuan(total)}</Text>
      </View>
    </FormPage>
  );
}

function Photos({ ticket, photos }: Pick<WorkFormPageProps, 'ticket' | 'photos'>) {
  const remove = useAction(files.remove, {
    refresh: [serviceTickets.get],
    onError: ({ message }) => toast(message, { kind: 'failed' }),
  });
  const take = async (id: string) => {
    const yes = await confirm({
      title: '删除这张照片？',
      message: '删除后找不回来。',
      confirm: '删除',
      danger: true,
    });
    if (!yes) return;
    const waiting = photos.find((photo) => photo.id === id);
    if (waiting) discardFromOutbox(waiting.key);
    else await remove.run({ params: { id } });
    void refreshAll(serviceTickets.get);
  };
  return (
    <>
      {KINDS.map((kind) => (
        <Card key={kind} inset>
          <Text className="work__label">{FILE_KIND_LABELS[kind]}</Text>
          <PhotoGrid
            photos={ticket.files.filter((file) => file.kind === kind)}
            waiting={photos.filter((photo) => photo.kind === kind)}
            label={FILE_KIND_LABELS[kind]}
            onAdd={() => void addTicketPhotos(ticket, kind)}
            onRemove={(id) => void take(id)}
          />
        </Card>
      ))}
    </>
  );
}
