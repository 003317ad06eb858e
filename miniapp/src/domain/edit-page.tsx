import { View } from '@tarojs/components';
import { type ReactNode, useState } from 'react';
import type { Answer, CallInput, EndpointDefinition } from '#shared/http/endpoint.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { ApiError } from '../api/call';
import { type FormDraft, useDraft } from '../api/drafts';
import { goBack } from '../api/navigation';
import { discardFromOutbox, type OutboxItem, type Submitted, submit } from '../api/outbox';
import { type DetailResult, refreshAll } from '../api/query';
import { Banner, Button, DetailSkeleton, ErrorState, Page, toast } from '../ui';
import { ConflictSheet } from './conflict-sheet';
import { ConnectionBanner } from './connection-banner';
import './edit-page.scss';
import { RestoredNotice } from './restored-notice';
import type { EditForm, TextValue } from './text-form';
import { type FieldErrors, type FormErrors, useFormErrors } from './use-form-errors';
import { useNow } from './use-now';

/** What the fields of a form need. */
export interface FieldsOf<V> {
  readonly value: V;
  readonly errors: FormErrors;
  readonly onChange: (changes: Partial<V>) => void;
  /** The fields with an error: one of them may be behind 更多. */
  readonly wrong: readonly string[];
}

export type FormFields<N extends string> = FieldsOf<TextValue<N>>;

/** Loads a record, then its form. */
export function EditLoader<D>({
  title,
  detail,
  children,
}: {
  title: string;
  detail: DetailResult<D>;
  children: (data: D) => ReactNode;
}) {
  const { data, error, refresh, refreshing } = detail;
  if (data) return <>{children(data)}</>;
  return (
    <Page title={title}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
      ) : (
        <View className="form-page">
          <DetailSkeleton />
        </View>
      )}
    </Page>
  );
}

interface FormPageProps {
  title: string;
  form: ReturnType<typeof useFormErrors>;
  draft: Pick<FormDraft<unknown>, 'restored' | 'discard'>;
  /** Above the form while nothing else failed. */
  banner?: ReactNode;
  pending: boolean;
  onSave: () => void;
  save?: string;
  /** One that was refused after it had been queued: the form corrects it. */
  item?: OutboxItem | undefined;
  /** Over the page. */
  sheets?: ReactNode;
  children: ReactNode;
}

/** A form with its one button. */
export function FormPage(props: FormPageProps) {
  const { title, form, draft, banner, pending, onSave, save = '保存', item, sheets, children } = props;
  const now = useNow();
  const failure = form.failure ?? item?.error?.message;
  return (
    <Page
      title={item ? '修改后重新提交' : title}
      scrollTo={form.scrollTo}
      banner={failure ? <Banner tone="danger">{failure}</Banner> : banner}
      footer={
        <View className="form-page__save">
          <Button kind="primary" block pending={pending} onPress={onSave}>
            {item ? '重新提交' : save}
          </Button>
        </View>
      }
    >
      <View className="form-page">
        {draft.restored !== null && (
          <RestoredNotice at={draft.restored} now={now} onDiscard={draft.discard} />
        )}
        {children}
      </View>
      {sheets}
    </Page>
  );
}

/** What the form of a record there is opens. */
export interface EditedRecord {
  readonly id: string;
  /** An edit of it that was refused after it had been queued: the form takes it up again. */
  readonly item: OutboxItem | undefined;
}

interface EditPageProps<V extends object, E extends EndpointDefinition> {
  title: string;
  /** An edit of it that is taken up again. */
  item?: OutboxItem | undefined;
  /** `这位客户`. */
  what: string;
  /** Names the draft. */
  name: string;
  /** What stands on 待同步, before the name; the title when left out. */
  label?: string;
  record: { readonly id: string; readonly version: number };
  /** Writes of the same record go out in their order. */
  recordId: string;
  form: EditForm<V>;
  fill: (record: Answer<E>) => V;
  /** What the contract cannot say about an edit. */
  check?: (value: V, changes: Readonly<Record<string, unknown>>) => FieldErrors;
  /** What a refusal says in this form: under a field, or above all. */
  explain?: (error: ApiError) => FieldErrors | string | undefined;
  /** The fields whose messages a change answers; those that changed when left out. */
  answers?: (changes: Partial<V>) => string[];
  offline: boolean | undefined;
  endpoint: E;
  /** Instead of the outbox. */
  write?: (input: CallInput<E>) => Promise<Submitted<Answer<E>>>;
  /** Where the change shows. */
  refresh: readonly Pick<EndpointDefinition, 'method' | 'path'>[];
  onSaved: (data: Answer<E>) => void;
  /** Where to from a form that was opened by its link. */
  home: string;
  /** @param base the record as it was when the edit began */
  children: (fields: FieldsOf<V>, base: V) => ReactNode;
}

interface Edit<V> {
  /** The record as it was when the edit began: what differs from it was changed here. */
  readonly base: V;
  readonly version: number;
  readonly value: V;
}

/** An edit of a record that somebody else has saved meanwhile. */
interface Met<V> {
  /** Theirs, with mine where I changed it. */
  readonly edit: Edit<V>;
  /** Where both changed the same field: the edit holds mine. */
  readonly fields: readonly (keyof V & string)[];
}

/** The record as it is now, where a refusal brought it along. */
function currentOf<D>(error: Pick<ApiError, 'code' | 'details'> | null | undefined): D | undefined {
  if (error?.code !== 'STALE') return undefined;
  return (error.details as { current?: D } | null | undefined)?.current;
}

/** The form of a record there is: a draft while typing, and nobody's changes lost by saving. */
export function EditPage<V extends object, E extends EndpointDefinition>(props: EditPageProps<V, E>) {
  const { title, item, what, name, record, recordId, form, fill, offline, endpoint, children } = props;
  const { label = title, check = () => [], answers = Object.keys } = props;
  type N = keyof V & string;
  const now = useNow();
  /** Others' changes come in, mine stay; only where both changed the same field somebody has to choose. */
  const meet = (mine: Edit<V>, current: Answer<E>): Met<V> => {
    const theirs = fill(current);
    const merged = form.merge(mine.base, mine.value, theirs);
    const { version } = current as { version: number };
    return { edit: { base: theirs, version, value: merged.value }, fields: merged.conflicts };
  };
  // The record that the form began with: a refresh in the background must not change what is being typed.
  const [initial] = useState<{ edit: Edit<V>; conflict: Met<V> | null }>(() => {
    if (item?.form === undefined) {
      const filled = fill(record as Answer<E>);
      return { edit: { base: filled, version: record.version, value: filled }, conflict: null };
    }
    const kept = item.form as Edit<V>;
    const current = currentOf<Answer<E>>(item.error);
    const met = current ? meet(kept, current) : null;
    return met?.fields.length === 0 ? { edit: met.edit, conflict: null } : { edit: kept, conflict: met };
  });
  const draft = useDraft<Edit<V>>(item ? `${name}:outbox:${item.key}` : name, initial.edit);
  const { base, value } = draft.value;
  const [conflict, setConflict] = useState(draft.restored === null ? initial.conflict : null);
  const [pending, setPending] = useState(false);
  const errors = useFormErrors(form.names);
  const leave = () => goBack(props.home);

  const send = async (edit: Edit<V>): Promise<void> => {
    const changes = form.changes(edit.base, edit.value);
    if (Object.keys(changes).length === 0) {
      draft.clear();
      if (item) discardFromOutbox(item.key);
      leave();
      return;
    }
    const judged = endpoint.body?.safeParse({ ...changes, version: edit.version });
    if (!judged?.success) return errors.show(fieldErrorsOf(judged?.error.issues ?? []));
    const found = check(edit.value, changes);
    errors.show(found);
    if (found.length > 0) return;
    setPending(true);
    try {
      const input = { params: { id: record.id }, body: judged.data } as unknown as CallInput<E>;
      const words = `${label} ${form.read(edit.value, form.names[0] as N, now)}`;
      const result = await (props.write?.(input) ??
        submit(endpoint, input, {
          label: words,
          recordId,
          form: edit,
          ...(item ? { idempotencyKey: item.key } : {}),
        }));
      draft.clear();
      leave();
      if (result.state === 'queued') {
        toast('已保存在手机，有网络时自动同步');
        return;
      }
      props.onSaved(result.data);
      void refreshAll(...props.refresh);
      toast('已保存');
    } catch (thrown) {
      if (thrown instanceof ApiError) refused(thrown, edit);
      else errors.fail('没有保存成功，请重试');
    } finally {
      setPending(false);
    }
  };

  function refused(error: ApiError, edit: Edit<V>): void {
    const current = currentOf<Answer<E>>(error);
    if (current) reconcile(edit, current);
    // The login is on its way; the form waits under it.
    else if (error.status === 401) return;
    else {
      const said = props.explain?.(error) ?? error.fields ?? error.message;
      if (typeof said === 'string') errors.fail(said);
      else errors.show(said);
    }
  }

  function reconcile(mine: Edit<V>, current: Answer<E>): void {
    const met = meet(mine, current);
    if (met.fields.length > 0) setConflict(met);
    else retry(met.edit);
  }

  function retry(edit: Edit<V>): void {
    draft.setValue(edit);
    void send(edit);
  }

  return (
    <FormPage
      title={title}
      form={errors}
      draft={draft}
      banner={<ConnectionBanner offline={offline} />}
      item={item}
      pending={pending}
      onSave={() => void send(draft.value)}
      sheets={
        conflict && (
          <ConflictSheet
            open
            what={what}
            conflicts={conflict.fields.map((field) => ({
              name: field,
              label: form.labels[field],
              mine: form.read(conflict.edit.value, field, now),
              theirs: form.read(conflict.edit.base, field, now),
            }))}
            onClose={() => setConflict(null)}
            onChoose={(names) => {
              const taken = Object.fromEntries(names.map((field) => [field, conflict.edit.base[field]]));
              const { edit } = conflict;
              setConflict(null);
              retry({ ...edit, value: { ...edit.value, ...(taken as Partial<V>) } });
            }}
          />
        )
      }
    >
      {children(
        {
          value,
          errors: errors.errors,
          wrong: wrongIn(errors.errors),
          onChange(changes) {
            errors.clear(answers(changes));
            draft.setValue((before) => ({ ...before, value: { ...before.value, ...changes } }));
          },
        },
        base,
      )}
    </FormPage>
  );
}

export const wrongIn = (errors: FormErrors): string[] => Object.keys(errors).filter((name) => errors[name]);
