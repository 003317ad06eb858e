import { View } from '@tarojs/components';
import { type ReactNode, useState } from 'react';
import type { Answer, EndpointDefinition } from '#shared/http/endpoint.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { ApiError } from '../api/call';
import { useDraft } from '../api/drafts';
import { submit } from '../api/outbox';
import { type DetailResult, refreshAll } from '../api/query';
import { Banner, Button, DetailSkeleton, ErrorState, Page, toast } from '../ui';
import { ConflictSheet } from './conflict-sheet';
import { ConnectionBanner } from './connection-banner';
import './edit-page.scss';
import { RestoredNotice } from './restored-notice';
import type { TextForm, TextValue } from './text-form';
import { type FormErrors, useFormErrors } from './use-form-errors';
import { useNow } from './use-now';

/** What the fields of a form need. */
export interface FormFields<N extends string> {
  readonly value: TextValue<N>;
  readonly errors: FormErrors;
  readonly onChange: (changes: Partial<TextValue<N>>) => void;
  /** The fields with an error: one of them may be behind 更多. */
  readonly wrong: readonly string[];
}

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

interface EditPageProps<N extends string, E extends EndpointDefinition> {
  title: string;
  /** `这位客户`. */
  what: string;
  /** Names the draft and what stands on 待同步. */
  name: string;
  record: { readonly id: string; readonly version: number };
  /** Writes of the same record go out in their order. */
  recordId: string;
  form: TextForm<N>;
  fill: (record: Answer<E>) => TextValue<N>;
  offline: boolean | undefined;
  endpoint: E;
  /** Where the change shows. */
  refresh: readonly Pick<EndpointDefinition, 'method' | 'path'>[];
  onSaved: (data: Answer<E>) => void;
  leave: () => void;
  children: (fields: FormFields<N>) => ReactNode;
}

/** The form of a record there is: a draft while typing, and nobody's changes lost by saving. */
export function EditPage<N extends string, E extends EndpointDefinition>(props: EditPageProps<N, E>) {
  const { title, what, name, record, recordId, form, fill, offline, endpoint, leave, children } = props;
  const now = useNow();
  interface Edit {
    /** The record as it was when the edit began: what differs from it was changed here. */
    readonly base: TextValue<N>;
    readonly version: number;
    readonly value: TextValue<N>;
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

  const send = async (edit: Edit): Promise<void> => {
    const changes = form.changes(edit.base, edit.value);
    if (Object.keys(changes).length === 0) {
      draft.clear();
      leave();
      return;
    }
    const judged = endpoint.body?.safeParse({ ...changes, version: edit.version });
    if (!judged?.success) return errors.show(fieldErrorsOf(judged?.error.issues ?? []));
    errors.show([]);
    setPending(true);
    try {
      const input = { params: { id: record.id }, body: judged.data };
      const label = `${title} ${form.read(edit.value, form.names[0] as N)}`;
      const result = await submit(endpoint, input as never, { label, recordId });
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
    else if (error.status === 401) return;
    else if (error.fields) errors.show(error.fields);
    else errors.fail(error.message);
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
    <Page
      title={title}
      scrollTo={errors.scrollTo}
      banner={
        errors.failure ? (
          <Banner tone="danger">{errors.failure}</Banner>
        ) : (
          <ConnectionBanner offline={offline} />
        )
      }
      footer={<SaveBar pending={pending} onSave={() => void send(draft.value)} />}
    >
      <View className="form-page">
        {draft.restored !== null && (
          <RestoredNotice at={draft.restored} now={now} onDiscard={draft.discard} />
        )}
        {children({
          value,
          errors: errors.errors,
          wrong: wrongIn(errors.errors),
          onChange(changes) {
            errors.clear(Object.keys(changes));
            draft.setValue((before) => ({ ...before, value: { ...before.value, ...changes } }));
          },
        })}
      </View>
      {conflict && (
        <ConflictSheet
          open
          what={what}
          conflicts={conflict.fields.map((field) => ({
            name: field,
            label: form.labels[field],
            mine: form.read(conflict.value, field),
            theirs: form.read(conflict.base, field),
          }))}
          onClose={() => setConflict(null)}
          onChoose={(names) => {
            const taken = Object.fromEntries(names.map((field) => [field, conflict.base[field]]));
            const { base: theirs, version, value: mine } = conflict;
            setConflict(null);
            retry({ base: theirs, version, value: { ...mine, ...taken } });
          }}
        />
      )}
    </Page>
  );
}

export const wrongIn = (errors: FormErrors): string[] => Object.keys(errors).filter((name) => errors[name]);

/** The one button of a form. */
export function SaveBar({
  pending,
  onSave,
  children = '保存',
}: {
  pending: boolean;
  onSave: () => void;
  children?: string;
}) {
  return (
    <View className="form-page__save">
      <Button kind="primary" block pending={pending} onPress={onSave}>
        {children}
      </Button>
    </View>
  );
}
