/** The tab bar in order: page, text and icon. The icon script draws from it, the app config reads it. */
export const tabs = [
  { name: 'today', pagePath: 'pages/today/index', text: '今日', icon: 'sun-medium' },
  { name: 'leads', pagePath: 'pages/leads/index', text: '线索', icon: 'flame' },
  { name: 'tickets', pagePath: 'pages/tickets/index', text: '工单', icon: 'wrench' },
  { name: 'customers', pagePath: 'pages/customers/index', text: '客户', icon: 'building' },
  { name: 'me', pagePath: 'pages/me/index', text: '我的', icon: 'user' },
] as const;
