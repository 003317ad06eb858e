import Taro from '@tarojs/taro';
import { useOutbox } from '../api/outbox';
import { may, useSession } from '../api/session';
import { tabs } from '../tabs';
import { TabBar } from '../ui';

export type TabName = (typeof tabs)[number]['name'];

/** The tab bar of the signed-in person; every tab page gives it to its `Page`. */
export function AppTabs({ current }: { current: TabName }) {
  const user = useSession()?.user;
  const waiting = useOutbox().length;
  const hidden: readonly TabName[] = [
    ...(may(user, 'leads.read') || may(user, 'leads.pool') ? [] : (['leads'] as const)),
    ...(may(user, 'serviceTickets.read') ? [] : (['tickets'] as const)),
    ...(may(user, 'customers.read') ? [] : (['customers'] as const)),
  ];
  const shown = tabs.filter(({ name }) => !hidden.includes(name));
  return (
    <TabBar
      current={current}
      items={shown.map(({ name, text, icon }) => ({
        key: name,
        label: text,
        icon,
        ...(name === 'me' && waiting > 0 ? { badge: String(Math.min(waiting, 99)) } : {}),
      }))}
      onSelect={(key) => {
        const tab = tabs.find(({ name }) => name === key);
        if (tab && key !== current) void Taro.switchTab({ url: `/${tab.pagePath}` });
      }}
    />
  );
}
