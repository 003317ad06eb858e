import Taro from '@tarojs/taro';
import { useState } from 'react';
import type { LeadSource } from '#shared/customers/draft.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { type LeadDraft, leadDraft, leads } from '#shared/leads/contract.ts';
import { type Instant, toInstant } from '#shared/values/time.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { type OutboxItem, submit } from '../../api/outbox';
import { refreshAll, showDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { readStored, writeStored } from '../../api/storage';
import { FormPage } from '../../domain/edit-page';
import { useFormErrors } from '../../domain/use-form-errors';
import { useNow } from '../../domain/use-now';
import { confirm, toast } from '../../ui';
import { DuplicateNotice } from './duplicate-notice';
import {
  answeredBy,
  blankLead,
  FIELD_NAMES,
  isMore,
  type LeadFormValue,
  MORE_FIELDS,
  toDraft,
  toForm,
} from './form-value';
import { LeadFields } from './lead-fields';
import { type Owner, OwnerField } from './owner-field';
import { PasteChat } from './paste-chat';
import { useSuggestedOwner } from './suggested-owner';
import { useDuplicates } from './use-duplicates';

const LAST_SOURCE = 'last-lead-source';

interface NewLead {
  readonly lead: LeadFormValue;
  readonly owner?: Owner;
  /** When the form was first saved: it may be sent much later, and more than once. */
  readonly savedAt?: Instant | undefined;
}

function initialOf(item: OutboxItem | undefined): NewLead {
  if (!item) return { lead: blankLead(readStored<LeadSource>(LAST_SOURCE) ?? 'other') };
  const body = item.input.body as LeadDraft;
  if (body.ownerId === undefined) return { lead: toForm(body) };
  return {
    lead: toForm(body),
    owner: { id: body.ownerId, name: body.ownerId === null ? '公海' : '已选的同事' },
  };
}

/**
 * Registers a lead.
 * @param item one that was refused after it had been queued: the form corrects it
 */
export function CreateLead({ item }: { item?: OutboxItem | undefined }) {
  const user = useSession()?.user;
  const now = useNow();
  const [initial] = useState(() => initialOf(item));
  const draft = useDraft<NewLead>(item ? `lead-outbox:${item.key}` : 'lead', initial);
  const { lead, owner } = draft.value;
  const [more, setMore] = useState(() =>
    MORE_FIELDS.some((name) => lead[name] !== blankLead(lead.source)[name]),
  );
  const [pending, setPending] = useState(false);
  const form = useFormErrors([...FIELD_NAMES, 'ownerId'], item?.error?.fields ?? []);
  const duplicates = useDuplicates(lead);
  const dispatches = may(user, 'leads.dispatch');
  // A lead that was refused keeps what was asked for.
  const suggestion = useSuggestedOwner(dispatches && !item, lead);

  const change = (changes: Partial<LeadFormValue>) => {
    form.clear(answeredBy(changes));
    draft.setValue((before) => ({ ...before, savedAt: undefined, lead: { ...before.lead, ...changes } }));
  };
  const pick = (chosen: Owner) => {
    form.clear(['ownerId']);
    draft.setValue((before) => ({ ...before, savedAt: undefined, owner: chosen }));
  };
  const show = (errors: readonly { field: string; message: string }[]) => {
    if (errors.some(({ field }) => isMore(field))) setMore(true);
    form.show(errors);
  };

  const refused = async (error: ApiError) => {
    if (error.code === 'IDEMPOTENCY_MISMATCH') {
      const again = await confirm({
        title: '这份内容提交过一次',
        message: '上次没等到结果，可能已经登记成功。先去列表看看，确认没有再作为新线索提交。',
        confirm: '作为新线索',
      });
      if (again) {
        const kept = draft.value;
        draft.discard();
        draft.setValue(kept);
      }
      return;
    }
    // The login is on its way; the form waits under it.
    if (error.status === 401) return;
    if (error.code === 'LEAD_CONTACT_REQUIRED') show([{ field: 'phone', message: error.message }]);
    else if (error.code.startsWith('OWNER_')) show([{ field: 'ownerId', message: error.message }]);
    else if (error.fields) show(error.fields);
    else form.fail(error.message);
  };

  const save = async () => {
    if (pending) return;
    const savedAt = draft.value.savedAt ?? toInstant(Date.now());
    const chosen = owner ?? suggestion.owner;
    // Kept, so that another try after a lost answer sends the same: whose turn it is may have changed by then.
    draft.setValue((before) => ({ ...before, savedAt, ...(chosen ? { owner: chosen } : {}) }));
    const judged = leadDraft.safeParse({
      leadTime: savedAt,
      ...toDraft(lead),
      ...(chosen ? { ownerId: chosen.id } : {}),
    });
    if (!judged.success) return show(fieldErrorsOf(judged.error.issues));
    form.show([]);
    setPending(true);
    try {
      const result = await submit(
        leads.create,
        { body: judged.data },
        {
          label: `登记线索 ${judged.data.customerName}`,
          idempotencyKey: item ? item.key : draft.idempotencyKey,
        },
      );
      writeStored(LAST_SOURCE, lead.source);
      draft.clear();
      if (result.state === 'queued') {
        toast('已保存在手机，有网络时自动登记');
        goBack('/pages/today/index');
        return;
      }
      const { data } = result;
      showDetail(leads.get, { params: { id: data.id } }, data);
      void refreshAll(leads.list, workbench.get);
      toast('已登记');
      void Taro.redirectTo({ url: `/sales/lead-detail/index?id=${data.id}` });
    } catch (thrown) {
      if (thrown instanceof ApiError) await refused(thrown);
      else form.fail('没有保存成功，请重试');
    } finally {
      setPending(false);
    }
  };

  return (
    <FormPage
      item={item}
      title="登记线索"
      form={form}
      draft={draft}
      pending={pending}
      onSave={() => void save()}
    >
      {!item && (
        <PasteChat
          value={lead}
          onFill={(filled, names) => {
            change(filled);
            if (names.some(isMore)) setMore(true);
          }}
        />
      )}
      <LeadFields
        value={lead}
        errors={form.errors}
        now={now}
        onChange={change}
        notice={<DuplicateNotice list={duplicates} now={now} />}
        owner={
          dispatches && (
            <OwnerField
              value={owner}
              suggestion={suggestion}
              me={user && may(user, 'leads.progress') ? { id: user.id, name: user.name } : null}
              error={form.errors.ownerId}
              onChange={pick}
            />
          )
        }
        more={more}
        onMore={() => setMore(true)}
      />
    </FormPage>
  );
}
