import { Text, View } from '@tarojs/components';
import { copy } from '../../domain/contact';
import { Button, Sheet } from '../../ui';

interface PasswordSheetProps {
  /** Null: closed. */
  account: { readonly name: string; readonly username: string; readonly password: string } | null;
  onClose: () => void;
}

/** The password that was made up, this once. */
export function PasswordSheet({ account, onClose }: PasswordSheetProps) {
  return (
    <Sheet
      open={account !== null}
      title="初始密码"
      {...(account ? { subtitle: `${account.name}（${account.username}）` } : {})}
      onClose={onClose}
      footer={
        <Button
          block
          kind="primary"
          icon="copy"
          onPress={() =>
            account &&
            void copy(`用户名：${account.username}\n初始密码：${account.password}`, '已复制用户名和密码')
          }
        >
          复制用户名和密码
        </Button>
      }
    >
      <View className="initial-password">
        <View className="initial-password__box">
          <Text className="initial-password__value" userSelect selectable>
            {account?.password ?? ''}
          </Text>
        </View>
        <Text className="initial-password__note">
          只显示这一次，关闭后看不到。请发给本人，首次登录时会要求改掉。
        </Text>
      </View>
    </Sheet>
  );
}
