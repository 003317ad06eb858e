import Taro from '@tarojs/taro';
import { formatAbsolute, toInstant } from '#shared/values/time.ts';
import { useOnline } from '../api/online';
import { useOutbox } from '../api/outbox';
import { Banner } from '../ui';

const openOutbox = () => void Taro.navigateTo({ url: '/sales/outbox/index' });

interface ConnectionBannerProps {
  /** Whether the last read did not reach the server. */
  offline?: boolean | undefined;
  /** When what is shown was read, in milliseconds since the epoch. */
  updatedAt?: number | null;
}

/** What stands between the screen and the truth: writes that wait, or old data because there is no network. */
export function ConnectionBanner({ offline, updatedAt }: ConnectionBannerProps) {
  const items = useOutbox();
  const online = useOnline();
  const refused = items.filter(({ state }) => state === 'failed').length;
  if (refused > 0) {
    return (
      <Banner tone="danger" action="去处理" onAction={openOutbox}>
        {offline || !online ? `没有网络，${refused}条内容需要处理` : `${refused}条内容没有提交成功`}
      </Banner>
    );
  }
  if (offline || !online) {
    const age = updatedAt
      ? `，显示的是${formatAbsolute(toInstant(updatedAt), toInstant(Date.now()))}的内容`
      : '';
    return (
      <Banner
        icon="wifi-off"
        {...(items.length > 0 ? { action: `待同步 ${items.length}`, onAction: openOutbox } : {})}
      >
        {`没有网络${age}`}
      </Banner>
    );
  }
  if (items.length === 0) return null;
  return (
    <Banner tone="accent" icon="cloud-upload" action="查看" onAction={openOutbox}>
      {`${items.length}条内容正在同步`}
    </Banner>
  );
}
