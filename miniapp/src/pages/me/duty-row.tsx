import { View } from '@tarojs/components';
import { useDidShow } from '@tarojs/taro';
import { assignment } from '#shared/assignment/contract.ts';
import { useAction, useDetail } from '../../api/query';
import { Card, cx, Row, toast } from '../../ui';

/** Whether new leads come to this person in turn, for the members of a group. */
export function DutyRow() {
  const { data, refresh } = useDetail(assignment.duty, {});
  useDidShow(() => {
    // An admin may have put them into a group since.
    if (data) void refresh();
  });
  const set = useAction(assignment.setDuty, {
    refresh: [assignment.duty, assignment.list],
    onDone: ({ onDuty }) => toast(onDuty ? '开始接单，新线索会轮到你' : '已暂停接单，新线索先给别人'),
    onError: ({ message, status }) => {
      if (status !== 401) toast(message, { kind: 'failed' });
    },
  });
  if (!data || data.groups.length === 0) return null;
  const { onDuty, groups } = data;
  return (
    <Card>
      <Row
        icon="user-check"
        title={onDuty ? '接单中' : '暂停接单'}
        detail={onDuty ? `${groups.join('、')}的新线索会轮到你` : '手上的线索照常跟进，新线索先给别人'}
        disabled={set.pending}
        acts
        trailing={
          <View className={cx('switch', onDuty && 'switch--on')}>
            <View className="switch__knob" />
          </View>
        }
        onPress={() => void set.run({ body: { duty: onDuty ? 'off' : 'on' } })}
      />
    </Card>
  );
}
