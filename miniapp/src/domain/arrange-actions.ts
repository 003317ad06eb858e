import type { AvailableAction } from '#shared/machine.ts';
import type { IconName, SheetAction } from '../ui';

/** How the actions of a kind of record are laid out. */
export interface ActionLayout {
  readonly icons: Readonly<Record<string, IconName>>;
  /** Which one is the button of the page: the first that is offered. */
  readonly primary: readonly string[];
  /** The order under 更多: forward first, away last. What is not named comes first. */
  readonly order: readonly string[];
  /** Those with a button of their own. */
  readonly placed?: readonly string[];
  readonly danger?: readonly string[];
}

export const iconOf = ({ icons }: ActionLayout, action: string): IconName => icons[action] ?? 'chevron-right';

/** The one button of the page and the rest. */
export function arrangeActions(
  actions: readonly AvailableAction[],
  layout: ActionLayout,
): { primary: AvailableAction | null; more: SheetAction[] } {
  const { order, placed = [], danger = ['delete'] } = layout;
  const primary =
    layout.primary
      .map((name) => actions.find(({ action, disabledReason }) => action === name && !disabledReason))
      .find(Boolean) ?? null;
  const rank = (action: string) => (order.indexOf(action) + order.length + 1) % (order.length + 1);
  const more = actions
    .filter(({ action }) => action !== primary?.action && !placed.includes(action))
    .sort((a, b) => rank(a.action) - rank(b.action))
    .map(({ action, label, disabledReason }) => ({
      key: action,
      label,
      icon: iconOf(layout, action),
      danger: danger.includes(action),
      disabledReason,
    }));
  return { primary, more };
}
