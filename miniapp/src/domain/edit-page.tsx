import { View } from '@tarojs/components';
import { type ReactNode, useState } from 'react';
import type { Answer, CallInput, EndpointDefinition } from '#shared/http/endpoint.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { ApiError } from '../api/call';
import { type FormDraft, useDraft } from '../api/drafts';
import { goBack } from '../api/navigation';
import { type OutboxItem, type Submitted, submit } from '../api/outbox';
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
  /** Over the page. */
  sheets?: ReactNode;
  children: ReactNode;
}

/** A form with its one button. */
export function FormPage(props: FormPageProps) {
  const { title, form, draft, banner, pending, onSave, save = '保存', sheets, children } = props;
  const now = useNow();
  return (
    <Page
      title={title}
      scrollTo={form.scrollTo}
      banner={form.failure ? <Banner tone="danger">{form.failure}</Banner> : banner}
      footer={
        <View className="form-page__save">
          <Button kind="primary" block pending={pending} onPress={onSave}>
            {save}
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

interface CreatePageProps extends Omit<FormPageProps, 'banner' | 'save'> {
  /** One that was refused after it had been queued: the form corrects it. */
  item: OutboxItem | undefined;
}

/** The form of a new record. */
export function CreatePage({ item, title, ...rest }: CreatePageProps) {
  if (!item) return <FormPage {...rest} title={title} />;
  return (
    <FormPage
      {...rest}
      title="修改后重新提交"
      banner={item.error && <Banner tone="danger">{item.error.message}</Banner>}
      save="重新提交"
    />
  );
}

interface EditPageProps<V extends object, E extends EndpointDefinition> {
  title: string;
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

/** The form of a record there is: a draft while typing, and nobody's changes lost by saving. */
export function EditPage<V extends object, E extends EndpointDefinition>(props: EditPageProps<V, E>) {
  const { title, what, name, record, recordId, form, fill, offline, endpoint, children } = props;
  const { label = title, check = () => [], answers = Object.keys } = props;
  type N = keyof V & string;
  const now = useNow();
  interface Edit {
    /** The record as it was when the edit began: what differs from it was changed here. */
    readonly base: V;
    readonly version: number;
    readonly value: V;
  }
  // The record that the form began with: a refresh in the background must not change what is being typed.
  const [initial] = useState<Edit>(() => {
    const base = fill(record as Answer<E>);
    return { base, version: record.version, value: base };
  });
  const draft = useDraft<Edit>(name, initial);
  const { base, value } = draft.value;
  const [conflict, setConflict] = useState<(Edit & { readonly fields: readonly N[] }) | null>(null);
  const [pending, setPending] = useState(false);
  const errors = useFormErrors(form.names);
  const leave = () => goBack(props.home);

  const send = async (edit: Edit): Promise<void> => {
    const changes = form.changes(edit.base, edit.value);
    if (Object.keys(changes).length === 0) {
      draft.clear();
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
      const result = await (props.write?.(input) ?? submit(endpoint, input, { label: words, recordId }));
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
      if (thrown instanceof ApiError) refused(thrown);
      else errors.fail('没有保存成功，请重试');
    } finally {
      setPending(false);
    }
  };

  function refused(error: ApiError): void {
    const current = (error.details as { current?: Answer<E> } | null | undefined)?.current;
    if (error.code === 'STALE' && current) reconcile(current);
    // The login is on its way; the form waits under it.
    else if (error.status === 401) return;
    else {
      const said = props.explain?.(error) ?? error.fields ?? error.message;
      if (typeof said === 'string') errors.fail(said);
      else errors.show(said);
    }
  }

  /** Others' changes come in, mine stay; only where both changed the same field somebody has to choose. */
  function reconcile(current: Answer<E>): void {
    const theirs = fill(current);
    const merged = form.merge(base, value, theirs);
    const edit = { base: theirs, version: (current as { version: number }).version, value: merged.value };
    if (merged.conflicts.length > 0) setConflict({ ...edit, fields: merged.conflicts });
    else retry(edit);
  }

  function retry(edit: Edit): void {
    draft.setValue(edit);
    void send(edit);
  }

  return (
    <FormPage
      title={title}
      form={errors}
      draft={draft}
      banner={<ConnectionBanner offline={offline} />}
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
              mine: form.read(conflict.value, field, now),
              theirs: form.read(conflict.base, field, now),
            }))}
            onClose={() => setConflict(null)}
            onChoose={(names) => {
              const taken = Object.fromEntries(names.map((field) => [field, conflict.base[field]]));
              const { base: theirs, version, value: mine } = conflict;
              setConflict(null);
              retry({ base: theirs, version, value: { ...mine, ...(taken as Partial<V>) } });
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
