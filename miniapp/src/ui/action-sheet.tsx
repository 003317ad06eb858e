import { View } from '@tarojs/components';
import type { IconName } from './icon-names';
import { Row } from './row';
import { Sheet } from './sheet';

export interface SheetAction {
  key: string;
  label: string;
  icon?: IconName;
  danger?: boolean;
  /** Why not now. The action stays in sight, pale, with this reason. */
  disabledReason?: string | null;
}

interface ActionSheetProps {
  open: boolean;
  title: string;
  actions: readonly SheetAction[];
  onAction: (key: string) => void;
  onClose: () => void;
}

/** The rest of what can be done here. */
export function ActionSheet({ open, title, actions, onAction, onClose }: ActionSheetProps) {
  return (
    <Sheet open={open} title={title} onClose={onClose}>
      <View>
        {actions.map(({ key, label, icon, danger, disabledReason }) => (
          <Row
            key={key}
            acts
            title={label}
            {...(icon ? { icon } : {})}
            {...(disabledReason ? { detail: disabledReason, disabled: true } : {})}
            {...(danger ? { tone: 'danger' as const } : {})}
            onPress={() => {
              onClose();
              onAction(key);
            }}
          />
        ))}
      </View>
    </Sheet>
  );
}
