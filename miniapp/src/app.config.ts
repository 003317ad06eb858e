import { tabs } from './tabs';

const isH5 = process.env.TARO_ENV === 'h5';

/** A colour of theme.json. WeChat resolves `@name` by its theme; on H5 the stylesheet decides by `prefers-color-scheme`. */
const themed = (name: string, h5: string) => (isH5 ? h5 : `@${name}`);
const BLANK = 'assets/tab/blank.png';

export default defineAppConfig({
  pages: [
    'pages/today/index',
    'pages/leads/index',
    'pages/tickets/index',
    'pages/customers/index',
    'pages/me/index',
    'pages/login/index',
  ],
  subPackages: [
    {
      root: 'sales',
      name: 'sales',
      pages: [
        'lead-detail/index',
        'lead-form/index',
        'customer-detail/index',
        'customer-form/index',
        'contact-form/index',
        'outbox/index',
        'select-leads/index',
        'merge/index',
        'duplicates/index',
      ],
    },
    {
      root: 'work',
      name: 'work',
      pages: ['tasks/index', 'task/index', 'task-form/index', 'notifications/index', 'overview/index'],
    },
    {
      root: 'service',
      name: 'service',
      pages: [
        'ticket/index',
        'work/index',
        'sign/index',
        'ticket-form/index',
        'statistics/index',
        'equipment/index',
        'equipment-list/index',
        'equipment-form/index',
        'visit/index',
        'report-check/index',
        'products/index',
        'product/index',
        'product-form/index',
        'product-categories/index',
      ],
    },
    {
      root: 'admin',
      name: 'admin',
      pages: [
        'logs/index',
        'reminders/index',
        'dry-run/index',
        'deliveries/index',
        'workdays/index',
        'pool-rules/index',
        'pool-dry-run/index',
        'groups/index',
        'group/index',
        'intake/index',
        'intake-source/index',
        'intake-events/index',
      ],
    },
    {
      root: 'transfer',
      name: 'transfer',
      pages: ['records/index', 'new-import/index', 'import/index', 'policies/index', 'new-export/index'],
    },
    {
      root: 'team',
      name: 'team',
      pages: ['users/index', 'user/index', 'departments/index', 'roles/index', 'role/index'],
    },
    {
      root: 'account',
      name: 'account',
      pages: [
        'password/index',
        'devices/index',
        'profile/index',
        'forgot/index',
        'reset/index',
        'register/index',
      ],
    },
  ],
  preloadRule: {
    'pages/today/index': { network: 'all', packages: ['sales', 'work'] },
    'pages/leads/index': { network: 'all', packages: ['sales'] },
    'pages/tickets/index': { network: 'all', packages: ['service'] },
    'pages/customers/index': { network: 'all', packages: ['sales'] },
  },
  window: {
    navigationBarTitleText: '跟进',
    navigationBarBackgroundColor: themed('navBackground', '#ffffff'),
    navigationBarTextStyle: themed('navText', 'black') as 'black',
    backgroundColor: themed('pageBackground', '#f5f6f8'),
    backgroundTextStyle: themed('pullText', 'dark') as 'dark',
  },
  tabBar: {
    // Drawn by each page, so that a role sees its tabs only; the list still makes these pages tabs.
    custom: !isH5,
    color: themed('tabText', 'var(--tab-text)'),
    selectedColor: themed('tabSelected', 'var(--tab-selected)'),
    backgroundColor: themed('tabBackground', 'var(--tab-background)'),
    borderStyle: themed('tabBorder', 'black') as 'black',
    // WeChat never draws them, so it needs no pictures; Taro's router on H5 asks for one.
    list: tabs.map(({ pagePath, text }) => ({
      pagePath,
      text,
      ...(isH5 ? { iconPath: BLANK, selectedIconPath: BLANK } : {}),
    })),
  },
  darkmode: true,
  themeLocation: 'theme.json',
  lazyCodeLoading: 'requiredComponents',
  __usePrivacyCheck__: true,
  // Not getFuzzyLocation besides: WeChat compiles no package that declares both.
  requiredPrivateInfos: ['getLocation', 'chooseLocation'],
  permission: { 'scope.userLocation': { desc: '到场签到时记录与现场的距离' } },
});
