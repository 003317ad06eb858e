import { View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { hasContact, LEAD_FIELD_LABELS, type LeadDetail, leads } from '#shared/leads/contract.ts';
import { workbench } from '#shared/workbench/contract.ts';
import type { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { showDetail, useAction, useDetail } from '../../api/query';
import { ConflictSheet } from '../../domain/conflict-sheet';
import { ConnectionBanner } from '../../domain/connection-banner';
import { RestoredNotice } from '../../domain/restored-notice';
import { useFormErrors } from '../../domain/use-form-errors';
import { useNow } from '../../domain/use-now';
import { Banner, Button, DetailSkeleton, ErrorState, Page, toast } from '../../ui';
import { DuplicateNotice } from './duplicate-notice';
import {
  answeredBy,
  changedFields,
  FIELD_NAMES,
  type LeadFieldName,
  type LeadFormValue,
  MORE_FIELDS,
  merge,
  readable,
  toChanges,
  toForm,
} from './form-value';
import { LeadFields } from './lead-fields';
import { useDuplicates } from './use-duplicates';

const TITLE = '编辑线索';

/** Loads the lead, then the form. */
export function EditLead({ id }: { id: string }) {
  const { data, error, refresh, refreshing } = useDetail(leads.get, { params: { id } });
  if (data) return <EditForm lead={data} offline={error?.offline} />;
  return (
    <Page title={TITLE}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
      ) : (
        <View className="lead-form">
          <DetailSkeleton />
        </View>
      )}
    </Page>
  );
}

interface Edit {
  /** The record as it was when the edit began: what differs from it was changed here. */
  readonly base: LeadFormValue;
  readonly version: number;
  readonly lead: LeadFormValue;
}

interface Conflict {
  readonly mine: LeadFormValue;
  readonly theirs: LeadFormValue;
  readonly version: number;
  readonly fields: readonly LeadFieldName[];
}

function EditForm({ lead: loaded, offline }: { lead: LeadDetail; offline: boolean | undefined }) {
  const now = useNow();
  // The record that the form began with: a refresh in the background must not change what is being typed.
  const [initial] = useState<Edit>(() => ({
    base: toForm(loaded),
    version: loaded.version,
    lead: toForm(loaded),
  }));
  const draft = useDraft<Edit>(`lead:${loaded.id}`, initial);
  const { base, lead } = draft.value;
  const [more, setMore] = useState(() =>
    MORE_FIELDS.some((name) => name !== 'leadTime' && Boolean(lead[name])),
  );
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const form = useFormErrors(FIELD_NAMES);
  const duplicates = useDuplicates(
    {
      customerName: lead.customerName === base.customerName ? '' : lead.customerName,
      phone: lead.phone === base.phone ? '' : lead.phone,
      wechat: lead.wechat === base.wechat ? '' : lead.wechat,
    },
    loaded.id,
  );

  const show = (errors: readonly { field: string; message: string }[]) => {
    if (errors.some(({ field }) => (MORE_FIELDS as readonly string[]).includes(field))) setMore(true);
    form.show(errors);
  };
  const leave = () => {
    if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
    else void Taro.redirectTo({ url: `/sales/lead-detail/index?id=${loaded.id}` });
  };

  const update = useAction(leads.update, {
    refresh: [leads.list, leads.get, leads.timeline, workbench.get],
    onDone(data) {
      draft.clear();
      showDetail(leads.get, { params: { id: data.id } }, data);
      toast('已保存');
      leave();
    },
    onError: (error) => refused(error),
  });

  const send = (edit: Edit) => {
    if (changedFields(edit.base, edit.lead).length === 0) {
      draft.clear();
      leave();
      return;
    }
    const body = { ...toChanges(edit.base, edit.lead), version: edit.version };
    const judged = leads.update.body.safeParse(body);
    if (!judged.success) return show(fieldErrorsOf(judged.error.issues));
    const { phone, wechat, otherHandle } = edit.lead;
    if (!hasContact({ phone: phone.trim(), wechat: wechat.trim(), otherHandle: otherHandle.trim() })) {
      return show([{ field: 'phone', message: '电话、微信、其他联系方式至少填一项' }]);
    }
    form.show([]);
    void update.run({ params: { id: loaded.id }, body: judged.data });
  };

  function refused(error: ApiError): void {
    const current = (error.details as { current?: LeadDetail } | null | undefined)?.current;
    if (error.code === 'STALE' && current) reconcile(current);
    else if (error.status === 401) return;
    else if (error.code === 'LEAD_CONTACT_REQUIRED') show([{ field: 'phone', message: error.message }]);
    else if (error.fields) show(error.fields);
    else form.fail(error.offline ? `${error.message}，改动已保存在手机` : error.message);
  }

  /** Others' changes come in, mine stay; only where both changed the same field somebody has to choose. */
  function reconcile(current: LeadDetail): void {
    const theirs = toForm(current);
    const { value, conflicts } = merge(base, lead, theirs);
    if (conflicts.length > 0) {
      setConflict({ mine: value, theirs, version: current.version, fields: conflicts });
      return;
    }
    const merged = { base: theirs, version: current.version, lead: value };
    draft.setValue(merged);
    send(merged);
  }

  return (
    <Page
      title={TITLE}
      scrollTo={form.scrollTo}
      banner={
        form.failure ? <Banner tone="danger">{form.failure}</Banner> : <ConnectionBanner offline={offline} />
      }
      footer={
        <View className="lead-form__save">
          <Button kind="primary" block pending={update.pending} onPress={() => send(draft.value)}>
            保存
          </Button>
        </View>
      }
    >
      <View className="lead-form">
        {draft.restored !== null && (
          <RestoredNotice at={draft.restored} now={now} onDiscard={draft.discard} />
        )}
        <LeadFields
          value={lead}
          errors={form.errors}
          now={now}
          onChange={(changes) => {
            form.clear(answeredBy(changes));
            draft.setValue((before) => ({ ...before, lead: { ...before.lead, ...changes } }));
          }}
          notice={<DuplicateNotice list={duplicates} now={now} into={loaded.id} />}
          more={more}
          onMore={() => setMore(true)}
        />
      </View>
      {conflict && (
        <ConflictSheet
          open
          what="这条线索"
          conflicts={conflict.fields.map((name) => ({
            name,
            label: LEAD_FIELD_LABELS[name],
            mine: readable(conflict.mine, name, now),
            theirs: readable(conflict.theirs, name, now),
          }))}
          onClose={() => setConflict(null)}
          onChoose={(names) => {
            const taken = Object.fromEntries(names.map((name) => [name, conflict.theirs[name]]));
            const chosen = { ...conflict.mine, ...(taken as Partial<LeadFormValue>) };
            const merged = { base: conflict.theirs, version: conflict.version, lead: chosen };
            setConflict(null);
            draft.setValue(merged);
            send(merged);
          }}
        />
      )}
    </Page>
  );
}
