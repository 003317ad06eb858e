import { Text, View } from '@tarojs/components';
import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import { cx } from '../../ui';

const STAGES: readonly { readonly label: string; readonly statuses: readonly ServiceTicketStatus[] }[] = [
  { label: '已受理', statuses: ['pending'] },
  { label: '已安排', statuses: ['assigned', 'accepted'] },
  { label: '服务中', statuses: ['en_route', 'on_site'] },
  { label: '待验收', statuses: ['pending_acceptance'] },
  { label: '已完成', statuses: ['resolved', 'closed'] },
];

/** How far the work is, as a line of stages; nothing for one that was cancelled. */
export function VisitProgress({ status }: { status: ServiceTicketStatus }) {
  const reached = STAGES.findIndex(({ statuses }) => statuses.includes(status));
  if (reached < 0) return null;
  return (
    <View
      className="visit-progress"
      {...{
        role: 'img',
        'aria-label': `第${reached + 1}步，共${STAGES.length}步：${STAGES[reached]?.label}`,
      }}
    >
      {STAGES.map(({ label }, index) => (
        <View
          key={label}
          className={cx('visit-progress__stage', index <= reached && 'visit-progress__stage--reached')}
        >
          <View className="visit-progress__line">
            <View className="visit-progress__dot" />
          </View>
          <Text className="visit-progress__label">{label}</Text>
        </View>
      ))}
    </View>
  );
}
