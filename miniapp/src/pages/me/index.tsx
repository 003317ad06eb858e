import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import type { Permission } from '#shared/access/permissions.ts';
import { auth } from '#shared/auth/contract.ts';
import { notifications } from '#shared/notifications/contract.ts';
import { formatPhone } from '#shared/values/phone.ts';
import { call } from '../../api/call';
import { openLogin } from '../../api/navigation';
import { outboxItems, useOutbox } from '../../api/outbox';
import { forgetAnswers, useDetail } from '../../api/query';
import { keepUser, may, signOut, useSession } from '../../api/session';
import { AppTabs } from '../../domain/app-tabs';
import { ConnectionBanner } from '../../domain/connection-banner';
import { SignInFirst } from '../../domain/sign-in-first';
import {
  Avatar,
  Card,
  confirm,
  FONT_SIZE_LABELS,
  type FontSize,
  type IconName,
  Page,
  Row,
  Segmented,
  useFontSize,
} from '../../ui';
import { DutyRow } from './duty-row';
import { WechatRow } from './wechat-row';
import './index.scss';

const isH5 = process.env.TARO_ENV === 'h5';
const open = (url: string) => () => void Taro.navigateTo({ url });

interface LinkRow {
  readonly permission: Permission;
  readonly unless?: Permission;
  readonly icon: IconName;
  readonly title: string;
  readonly url: string;
}

const TRANSFERS = ['leads.import', 'customers.import', 'leads.export', 'customers.export'] as const;

/** What stands at customers, and what was done to it. */
const SERVICE: readonly LinkRow[] = [
  { permission: 'equipment.read', icon: 'scan-line', title: '设备', url: '/service/equipment-list/index' },
  { permission: 'products.read', icon: 'package', title: '产品', url: '/service/products/index' },
];

/** What was counted, each with the icon of the tab that it leads to. */
const STATISTICS: readonly LinkRow[] = [
  { permission: 'leads.read', icon: 'flame', title: '线索概览', url: '/work/overview/index' },
  { permission: 'serviceTickets.read', icon: 'wrench', title: '工单统计', url: '/service/statistics/index' },
];

/** How the company is run, for those who may. */
const COMPANY: readonly LinkRow[] = [
  { permission: 'users.manage', icon: 'users', title: '员工与部门', url: '/team/users/index' },
  { permission: 'roles.manage', icon: 'user-check', title: '角色与权限', url: '/team/roles/index' },
  { permission: 'reminders.check', icon: 'alarm-clock', title: '超期提醒', url: '/admin/reminders/index' },
  { permission: 'pool.check', icon: 'inbox', title: '公海与分配', url: '/admin/pool-rules/index' },
  { permission: 'intake.manage', icon: 'share-2', title: '线索接入', url: '/admin/intake/index' },
  {
    permission: 'intake.read',
    // It leads there as well.
    unless: 'intake.manage',
    icon: 'share-2',
    title: '接入记录',
    url: '/admin/intake-events/index',
  },
  { permission: 'logs.read', icon: 'history', title: '操作日志', url: '/admin/logs/index' },
];

/** A browser has no font setting of its own to follow. */
const SIZES = (Object.keys(FONT_SIZE_LABELS) as FontSize[])
  .filter((size) => !isH5 || size !== 'system')
  .map((value) => ({ value, label: FONT_SIZE_LABELS[value] }));

async function leave(): Promise<void> {
  const waiting = outboxItems().length;
  const sure = await confirm({
    title: '退出登录？',
    message:
      waiting > 0
        ? `还有${waiting}条内容没有同步。它们会留在这台手机上，等你再次登录后继续提交。`
        : '再次使用需要重新登录。',
    confirm: '退出登录',
    danger: waiting > 0,
  });
  if (!sure) return;
  // Ends the session on the server too; without a network it ends here all the same.
  const ended = call(auth.logout, {}).catch(() => {});
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1500))]);
  forgetAnswers();
  signOut();
  openLogin();
}

function Links({ rows }: { rows: readonly LinkRow[] }) {
  return (
    <Card>
      {rows.map(({ icon, title, url }) => (
        <Row key={url} icon={icon} title={title} onPress={open(url)} />
      ))}
    </Card>
  );
}

export default function MePage() {
  const user = useSession()?.user;
  const waiting = useOutbox();
  const [size, setSize] = useFontSize();
  const [leaving, setLeaving] = useState(false);
  const profile = useDetail(auth.profile, {}, { enabled: user !== undefined });
  const unread = useDetail(notifications.unread, {}, { enabled: user !== undefined });
  const shown = useRef(false);

  useDidShow(() => {
    if (!user) openLogin();
    // Roles may have changed since; the first time the page reads them by itself.
    else if (shown.current) {
      void profile.refresh();
      void unread.refresh();
    }
    shown.current = true;
  });
  const { data, refreshing, error } = profile;
  useEffect(() => {
    if (!refreshing && !error) keepUser(data);
  }, [data, refreshing, error]);

  if (!user) return <SignInFirst title="我的" tabBar={<AppTabs current="me" />} />;
  const allowed = (rows: readonly LinkRow[]) =>
    rows.filter(({ permission, unless }) => may(user, permission) && !(unless && may(user, unless)));
  const refused = waiting.filter(({ state }) => state === 'failed').length;
  const contact = [user.mobile && formatPhone(user.mobile), user.email].filter(Boolean).join(' · ');
  return (
    <Page
      title="我的"
      banner={<ConnectionBanner offline={error?.offline} />}
      tabBar={<AppTabs current="me" />}
    >
      <View className="me">
        <Card inset className="me__profile">
          <Avatar name={user.name} size="l" />
          <View className="me__words">
            <Text className="me__name">{user.name}</Text>
            <Text className="me__line">
              {[user.roles.map(({ name }) => name).join('、') || '还没有角色', user.departmentName]
                .filter(Boolean)
                .join(' · ')}
            </Text>
            {contact && <Text className="me__line">{contact}</Text>}
          </View>
        </Card>
        <Card>
          <Row
            icon="cloud-upload"
            title="待同步"
            value={
              refused > 0 ? `${refused}条待处理` : waiting.length > 0 ? `${waiting.length}条` : '全部已同步'
            }
            {...(refused > 0 ? { tone: 'danger' as const } : {})}
            onPress={open('/sales/outbox/index')}
          />
        </Card>
        <Card>
          {may(user, 'tasks.read') && (
            <Row icon="list-checks" title="待办" onPress={open('/work/tasks/index')} />
          )}
          {may(user, 'leads.merge') && (
            <Row icon="copy" title="疑似重复" onPress={open('/sales/duplicates/index')} />
          )}
          <Row
            icon="bell"
            title="通知"
            {...(unread.data?.count ? { value: `${unread.data.count}条未读` } : {})}
            onPress={open('/work/notifications/index')}
          />
          {TRANSFERS.some((permission) => may(user, permission)) && (
            <Row icon="arrow-up-down" title="导入与导出" onPress={open('/transfer/records/index')} />
          )}
        </Card>
        {may(user, 'leads.progress') && <DutyRow />}
        {[STATISTICS, SERVICE, COMPANY]
          .map(allowed)
          .map((rows) => rows[0] && <Links key={rows[0].url} rows={rows} />)}
        <Card inset>
          <Text className="me__label">字号</Text>
          <Segmented options={SIZES} value={isH5 && size === 'system' ? 'normal' : size} onChange={setSize} />
          <Text className="me__note">深色与浅色跟随系统设置</Text>
        </Card>
        <Card>
          <Row icon="user" title="个人资料" onPress={open('/account/profile/index')} />
          <Row icon="settings" title="设备与安全" onPress={open('/account/devices/index')} />
          <Row icon="key-round" title="修改密码" onPress={open('/account/password/index')} />
          {!isH5 && <WechatRow user={user} />}
        </Card>
        <Card>
          <Row
            icon="log-out"
            title="退出登录"
            tone="danger"
            disabled={leaving}
            trailing={<View />}
            onPress={() => {
              setLeaving(true);
              void leave().finally(() => setLeaving(false));
            }}
          />
        </Card>
        <Text className="me__version">{`跟进 ${APP_VERSION}`}</Text>
      </View>
    </Page>
  );
}
