import { expect, it } from 'vitest';
import { DEMO_ACCOUNTS } from '../../server/demo/accounts.ts';
import { signedIn } from './phone.ts';

const PAGES = [
  'pages/today/index',
  'pages/leads/index',
  'pages/me/index',
  'pages/customers/index',
  'pages/tickets/index',
  'service/ticket-form/index',
  'service/statistics/index',
  'work/overview/index',
  'sales/lead-form/index',
  'sales/customer-form/index',
  'sales/outbox/index',
  'sales/duplicates/index',
  'work/tasks/index',
  'work/task-form/index',
  'work/notifications/index',
  'service/equipment-list/index',
  'service/equipment-form/index',
  'service/products/index',
  'service/product-form/index',
  'service/product-categories/index',
  'account/devices/index',
  'account/profile/index',
  'team/users/index',
  'team/departments/index',
  'team/roles/index',
  'admin/logs/index',
  'admin/reminders/index',
  'admin/dry-run/index',
  'admin/deliveries/index',
  'admin/workdays/index',
];
const SCHEMES = ['light', 'dark'] as const;
const FIRST_OF_EACH_ROLE = DEMO_ACCOUNTS.slice(0, 6).map(({ username }) => username);

it.each(FIRST_OF_EACH_ROLE.map((username, i) => [username, SCHEMES[i % 2] ?? 'light'] as const))(
  'fits the phone and complains about nothing in light and dark, for %s, who starts in %s',
  async (username, colorScheme) => {
    const phone = await signedIn(username, { colorScheme });
    for (const route of PAGES) {
      await phone.open(route);
      await phone.settled();
      for (const scheme of SCHEMES) {
        await phone.page.emulateMedia({ colorScheme: scheme });
        const overflow = await phone.page.evaluate(
          'document.documentElement.scrollWidth - window.innerWidth',
        );
        expect(overflow, `${route} in ${scheme}`).toBe(0);
      }
    }
    expect(phone.complaints).toEqual([]);
  },
);
