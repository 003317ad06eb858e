/**
 * WeChat sends a message only for a consent that was tapped: one consent, one message, so people are asked again when
 * few are left. https://developers.weixin.qq.com/miniprogram/dev/api/open-api/subscribe-message/wx.requestSubscribeMessage.html
 */
import type { Answer } from '#shared/http/endpoint.ts';
import { notifications } from '#shared/notifications/contract.ts';
import { dateOf, toInstant } from '#shared/values/time.ts';
import { call } from '../api/call';
import { requestSubscribeMessage, storage } from '../api/platform';
import { refreshAll } from '../api/query';
import { currentUser } from '../api/session';
import { toast } from '../ui';

const isWechat = process.env.TARO_ENV === 'weapp';
const FEW = 3;

type State = Answer<typeof notifications.wechat>;

const keyOf = (userId: string) => `wechat-asked:${userId}`;
const today = () => dateOf(toInstant(Date.now()));

/** How many messages can still be sent. */
export const creditsOf = ({ list }: State): number => Math.min(...list.map(({ credits }) => credits));

let known: { userId: string; state: State } | null = null;

/** Learns beforehand what may be asked: in the tap itself WeChat allows no waiting. */
export async function prepareWechatConsent(): Promise<void> {
  const userId = currentUser()?.id;
  if (!isWechat || !userId || storage.read<string>(keyOf(userId)) === today()) return;
  try {
    known = { userId, state: await call(notifications.wechat, {}) };
  } catch {
    known = null;
  }
}

/** Asks for one more message of each kind. Call it in the tap handler, before anything else. */
export function askForWechatMessages({ list }: State): void {
  const answer = requestSubscribeMessage(list.map(({ templateId }) => templateId));
  void answer.then(async (accepted) => {
    const templates = list.filter(({ templateId }) => accepted.includes(templateId));
    if (templates.length === 0) return;
    try {
      await call(notifications.grant, { body: { templates: templates.map(({ template }) => template) } });
      toast('到时会在微信里提醒你');
      void refreshAll(notifications.wechat);
    } catch {
      toast('没有记下来，请重试', { kind: 'failed' });
    }
  });
}

/** What a toast may offer after a date was set; nothing when it cannot work, is not needed or was offered today. */
export function wechatOffer(): { action: string; onAction: () => void } | Record<string, never> {
  const userId = currentUser()?.id;
  if (!isWechat || !known || known.userId !== userId) return {};
  const { state } = known;
  if (!state.bound || state.list.length === 0 || creditsOf(state) >= FEW) return {};
  known = null;
  storage.write(keyOf(userId), today());
  return { action: '微信提醒我', onAction: () => askForWechatMessages(state) };
}
