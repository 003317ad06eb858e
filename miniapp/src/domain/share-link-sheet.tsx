import { Text, View } from '@tarojs/components';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { Button, Sheet } from '../ui';
import { copy } from './contact';
import './share-link-sheet.scss';

export interface SharedLink {
  readonly url: string;
  readonly expiresAt: Instant;
}

interface ShareLinkSheetProps {
  link: SharedLink | null;
  /** What the customer is told with it. */
  words: string;
  now: Instant;
  onClose: () => void;
}

/** A link for the customer: to be pasted into the chat where one talks to them. */
export function ShareLinkSheet({ link, words, now, onClose }: ShareLinkSheetProps) {
  return (
    <Sheet
      open={link !== null}
      title="发给客户"
      subtitle="不用登录就能看进度、签字和评价"
      onClose={onClose}
      footer={
        <Button
          block
          kind="primary"
          icon="copy"
          onPress={() => {
            if (link) void copy(`${words}\n${link.url}`, '已复制，粘贴到微信发给客户');
            onClose();
          }}
        >
          复制链接
        </Button>
      }
    >
      {link && (
        <View className="share-link">
          <Text className="share-link__url" userSelect selectable>
            {link.url}
          </Text>
          <Text className="share-link__note">
            {`${formatAbsolute(link.expiresAt, now)}前有效；再次生成后，旧链接随即失效。`}
          </Text>
        </View>
      )}
    </Sheet>
  );
}
