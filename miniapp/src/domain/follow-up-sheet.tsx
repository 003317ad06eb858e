import { Text, View } from '@tarojs/components';
import { useEffect, useRef, useState } from 'react';
import type { FollowUpDraft, FollowUpMethod } from '#shared/followups/contract.ts';
import { formatAbsolute, type Instant, toInstant } from '#shared/values/time.ts';
import { ApiError } from '../api/call';
import { useDraft } from '../api/drafts';
import { submit } from '../api/outbox';
import { refreshAll } from '../api/query';
import { Button, Chip, ChipRow, Icon, Sheet, TextareaInput, toast } from '../ui';
import { FOLLOW_UP_ENDPOINTS, FOLLOW_UP_VIEWS, type Target } from './follow-ups';
import { METHOD_OPTIONS } from './labels';
import { NextDate } from './next-date';
import { useNow } from './use-now';
import { prepareWechatConsent, wechatOffer } from './wechat-consent';
import './follow-up-sheet.scss';

/** What people write most, a tap instead of typing. */
const PHRASES: Readonly<Record<FollowUpMethod, readonly string[]>> = {
  phone: ['未接通', '已接通，有兴趣', '需要报价', '约了拜访', '稍后再联系', '暂时不需要'],
  wechat: ['已加微信', '已发资料', '需要报价', '约了拜访', '还没通过', '暂时不需要'],
  visit: ['见到负责人', '看了现场', '需要报价', '演示了产品', '负责人不在'],
  meeting: ['讲了方案', '需要报价', '等内部讨论', '约了下次会议'],
  email: ['已发资料', '已发报价', '等回复'],
  sms: ['已发短信', '等回复'],
  other: ['已发资料', '需要报价', '等回复'],
};

const NO_DATE: Readonly<Record<Target['entity'], string>> = {
  leads: '不选则按意向自动提醒',
  customers: '选了到时会提醒',
};

interface Words {
  method: FollowUpMethod;
  content: string;
  nextFollowUpAt: Instant | null;
  /** When these words were first saved: they may be sent much later, and more than once. */
  savedAt: Instant | null;
}
const BLANK: Words = { method: 'phone', content: '', nextFollowUpAt: null, savedAt: null };

export interface FollowUpRequest {
  target: Target;
  /** After a call from the app. */
  afterCall?: boolean;
}

interface FollowUpSheetProps {
  request: FollowUpRequest | null;
  onClose: () => void;
  onSaved?: (targetId: string) => void;
}

/** Method, words, next date, save. What is typed survives closing, an error and a killed app. */
export function FollowUpSheet({ request, onClose, onSaved }: FollowUpSheetProps) {
  const last = useRef(request);
  if (request) last.current = request;
  const shown = last.current;
  if (!shown) return null;
  return (
    <FollowUpForm
      key={shown.target.id}
      request={shown}
      open={request !== null}
      onClose={onClose}
      {...(onSaved ? { onSaved } : {})}
    />
  );
}

type FormProps = {
  request: FollowUpRequest;
  open: boolean;
  onClose: () => void;
  onSaved?: (targetId: string) => void;
};

function FollowUpForm({ request, open, onClose, onSaved }: FormProps) {
  const { target, afterCall } = request;
  const now = useNow();
  const draft = useDraft<Words>(`followUp:${target.id}`, BLANK);
  const { method, content, nextFollowUpAt } = draft.value;
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const change = (part: Partial<Words>) => {
    setError(null);
    draft.setValue((words) => ({ ...words, savedAt: null, ...part }));
  };

  const setMethod = useRef(change);
  setMethod.current = change;
  useEffect(() => {
    if (open && afterCall) setMethod.current({ method: 'phone' });
  }, [open, afterCall]);

  useEffect(() => {
    if (open) void prepareWechatConsent();
  }, [open]);

  const addPhrase = (phrase: string) => {
    const before = content.trim();
    change({ content: before === '' ? phrase : `${before}，${phrase}` });
  };

  const save = async () => {
    if (content.trim() === '') {
      setError('写一句发生了什么，或点一个常用语');
      return;
    }
    const happenedAt = draft.value.savedAt ?? toInstant(Date.now());
    draft.setValue((words) => ({ ...words, savedAt: happenedAt }));
    const body: FollowUpDraft = { method, content: content.trim(), happenedAt };
    if (target.contactPerson) body.contactPerson = target.contactPerson;
    if (nextFollowUpAt) body.nextFollowUpAt = nextFollowUpAt;
    setPending(true);
    try {
      const result = await submit(
        FOLLOW_UP_ENDPOINTS[target.entity],
        { params: { id: target.id }, body },
        { label: `跟进 ${target.customerName}`, recordId: target.id, idempotencyKey: draft.idempotencyKey },
      );
      draft.clear();
      draft.discard();
      onClose();
      if (result.state === 'sent') {
        toast('已保存跟进', nextFollowUpAt ? wechatOffer() : {});
        void refreshAll(...FOLLOW_UP_VIEWS);
      } else toast('已保存在手机，有网络时自动同步');
      onSaved?.(target.id);
    } catch (thrown) {
      const failure = thrown instanceof ApiError ? thrown : null;
      setError(failure?.fields?.[0]?.message ?? failure?.message ?? '没有保存成功，请重试');
    } finally {
      setPending(false);
    }
  };

  return (
    <Sheet
      open={open}
      onClose={onClose}
      title={afterCall ? `刚刚给 ${target.contactPerson ?? target.customerName} 打了电话` : '写跟进'}
      {...(afterCall ? { subtitle: '记一句，下次接得上' } : { subtitle: target.customerName })}
      footer={
        <Button kind="primary" block pending={pending} onPress={() => void save()}>
          保存
        </Button>
      }
    >
      <View className="follow-up">
        <View className="follow-up__row">
          <ChipRow>
            {METHOD_OPTIONS.map((option) => (
              <Chip
                key={option.value}
                role="radio"
                on={option.value === method}
                {...(option.icon ? { icon: option.icon } : {})}
                onPress={() => change({ method: option.value })}
              >
                {option.label}
              </Chip>
            ))}
          </ChipRow>
        </View>
        <View className="follow-up__words">
          <TextareaInput
            label="跟进内容"
            value={content}
            onChange={(text) => change({ content: text })}
            placeholder="聊了什么，客户怎么说"
            rows={3}
          />
        </View>
        {error && (
          <View className="follow-up__error" {...{ role: 'alert' }}>
            <Icon name="circle-alert" size="s" />
            <Text>{error}</Text>
          </View>
        )}
        {draft.restored !== null && content !== '' && (
          <View className="follow-up__restored">
            <Text>上次没写完的内容</Text>
            <Button kind="plain" size="s" onPress={draft.discard}>
              清空重写
            </Button>
          </View>
        )}
        <View className="follow-up__row">
          <ChipRow>
            {PHRASES[method].map((phrase) => (
              <Chip key={phrase} onPress={() => addPhrase(phrase)}>
                {phrase}
              </Chip>
            ))}
          </ChipRow>
        </View>
        <View className="follow-up__next">
          <Text className="follow-up__label">下次联系</Text>
          <Text className="follow-up__value">
            {nextFollowUpAt ? formatAbsolute(nextFollowUpAt, now) : NO_DATE[target.entity]}
          </Text>
        </View>
        <View className="follow-up__dates">
          <NextDate
            title="下次联系"
            value={nextFollowUpAt}
            now={now}
            clearable
            onChange={(at) => change({ nextFollowUpAt: at })}
          />
        </View>
      </View>
    </Sheet>
  );
}
