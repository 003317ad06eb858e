import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { type FollowUpDraft, followUpDraft } from '#shared/followups/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { atWallClock, dateOf, formatAbsolute, type Instant, wallClock } from '#shared/values/time.ts';
import { ApiError } from '../../api/call';
import { type OutboxItem, submit } from '../../api/outbox';
import { refreshAll } from '../../api/query';
import { FOLLOW_UP_ENDPOINTS, FOLLOW_UP_VIEWS } from '../../domain/follow-ups';
import { Button, DateField, FieldGroup, Sheet, TextareaField, toast } from '../../ui';

/** Whether an item is a follow-up, which is corrected here. */
export const isFollowUp = (item: OutboxItem): boolean => endpointOf(item) !== undefined;

const endpointOf = ({ endpoint }: OutboxItem) =>
  Object.values(FOLLOW_UP_ENDPOINTS).find(
    ({ method, path }) => endpoint.method === method && endpoint.path === path,
  );

type Errors = Readonly<Record<string, string | undefined>>;
const errorsOf = (fields: readonly { field: string; message: string }[]): Errors =>
  Object.fromEntries(fields.map(({ field, message }) => [field, message]));

/** What the server said, under the fields it is about. */
function refusalOf(error: OutboxItem['error']): Errors {
  if (error?.code === 'NEXT_FOLLOW_UP_IN_PAST') return { nextFollowUpAt: error.message };
  return errorsOf(error?.fields ?? []);
}

interface FollowUpEditorProps {
  item: OutboxItem;
  now: Instant;
  onClose: () => void;
}

/** Corrects a follow-up that was refused: its words, and the date that has passed meanwhile. */
export function FollowUpEditor({ item, now, onClose }: FollowUpEditorProps) {
  const sent = item.input.body as FollowUpDraft;
  const [content, setContent] = useState(sent.content);
  const [next, setNext] = useState(sent.nextFollowUpAt ?? null);
  const [errors, setErrors] = useState<Errors>(() => refusalOf(item.error));
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const wall = next ? wallClock(next) : null;

  const save = async () => {
    const judged = followUpDraft.safeParse({ ...sent, content, nextFollowUpAt: next });
    if (!judged.success) return setErrors(errorsOf(fieldErrorsOf(judged.error.issues)));
    setPending(true);
    setErrors({});
    setFailure(null);
    try {
      const { label, recordId, key } = item;
      const result = await submit(
        endpointOf(item) ?? FOLLOW_UP_ENDPOINTS.leads,
        { params: item.input.params as { id: string }, body: judged.data },
        { label, idempotencyKey: key, ...(recordId ? { recordId } : {}) },
      );
      toast(result.state === 'sent' ? '已提交' : '已保存，有网络时自动提交');
      if (result.state === 'sent') void refreshAll(...FOLLOW_UP_VIEWS);
      onClose();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) setFailure('没有保存成功，请重试');
      else {
        const refused = refusalOf(thrown);
        setErrors(refused);
        if (Object.keys(refused).length === 0) setFailure(thrown.message);
      }
    } finally {
      setPending(false);
    }
  };

  return (
    <Sheet
      open
      title={item.label}
      onClose={onClose}
      footer={
        <Button kind="primary" block pending={pending} onPress={() => void save()}>
          重新提交
        </Button>
      }
    >
      {failure && (
        <View className="outbox__failure" {...{ role: 'alert' }}>
          <Text>{failure}</Text>
        </View>
      )}
      <FieldGroup>
        <TextareaField
          name="content"
          label="跟进内容"
          required
          error={errors.content}
          value={content}
          onChange={setContent}
        />
        <DateField
          name="nextFollowUpAt"
          label="下次联系"
          error={errors.nextFollowUpAt}
          value={wall ? `${wall.date} ${wall.time}` : null}
          text={next ? formatAbsolute(next, now) : null}
          placeholder="不选则按意向自动提醒"
          today={dateOf(now)}
          min={dateOf(now)}
          time
          onChange={(chosen) =>
            setNext(chosen ? atWallClock(chosen.slice(0, 10), chosen.slice(11, 16)) : null)
          }
        />
      </FieldGroup>
    </Sheet>
  );
}
