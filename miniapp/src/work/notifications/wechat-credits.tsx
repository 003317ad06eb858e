import { View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { notifications } from '#shared/notifications/contract.ts';
import { useDetail } from '../../api/query';
import { askForWechatMessages, creditsOf } from '../../domain/wechat-consent';
import { Button, Card, Row } from '../../ui';

/** How many messages WeChat may still bring, and one more. Nothing where the company has not set it up. */
export function WechatCredits() {
  const { data } = useDetail(notifications.wechat, {});
  if (!data || data.list.length === 0) return null;
  if (!data.bound) {
    return (
      <View className="notices__wechat">
        <Card>
          <Row
            icon="message-circle"
            title="微信提醒"
            detail="绑定微信后，超期会在微信里提醒"
            value="去绑定"
            onPress={() => void Taro.switchTab({ url: '/pages/me/index' })}
          />
        </Card>
      </View>
    );
  }
  return (
    <View className="notices__wechat">
      <Card>
        <Row
          icon="message-circle"
          title="微信提醒"
          detail={`还能收到${creditsOf(data)}次`}
          trailing={
            <Button size="s" onPress={() => askForWechatMessages(data)}>
              再加一次
            </Button>
          }
        />
      </Card>
    </View>
  );
}
