import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import type { Answer } from '#shared/http/endpoint.ts';
import { LEVELS, type reminders } from '#shared/reminders/contract.ts';
import { intentionLabel } from '../../domain/labels';
import { Button, EmptyState, Row, Sheet } from '../../ui';

interface CheckSheetProps {
  result: Answer<typeof reminders.check>;
  onClose: () => void;
}

/** What a check found and sent. */
export function CheckSheet({ result, onClose }: CheckSheetProps) {
  const { overdueCount, overdueList, reminders: said, deliveries } = result;
  const words =
    overdueCount === 0
      ? '没有超期的线索'
      : said === 0
        ? `发现${overdueCount}条超期线索，都已经提醒过，没有新发`
        : `发现${overdueCount}条超期线索，新发出${said}条提醒给${deliveries}人`;
  return (
    <Sheet
      open
      title="检查完了"
      subtitle={words}
      onClose={onClose}
      footer={
        deliveries > 0 ? (
          <Button
            block
            kind="primary"
            onPress={() => {
              onClose();
              void Taro.navigateTo({ url: '/admin/deliveries/index' });
            }}
          >
            看发送记录
          </Button>
        ) : (
          <Button block kind="primary" onPress={onClose}>
            知道了
          </Button>
        )
      }
    >
      {overdueCount === 0 ? (
        <EmptyState icon="circle-check" title="都在按时跟进" />
      ) : (
        <View>
          {overdueList.map(({ leadId, customerName, intentionLevel, overdueDays, followUpPerson }) => (
            <Row
              key={leadId}
              title={customerName}
              detail={[
                overdueDays === 0 ? '今天超期' : `超期${overdueDays}个工作日`,
                intentionLabel(LEVELS[intentionLevel]),
                followUpPerson,
              ].join(' · ')}
              onPress={() => void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${leadId}` })}
            />
          ))}
          {overdueCount > overdueList.length && (
            <Text className="check-result__note">{`只列出最久的${overdueList.length}条`}</Text>
          )}
        </View>
      )}
    </Sheet>
  );
}
