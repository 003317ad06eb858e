import { View } from '@tarojs/components';
import { LeadDetailView, useLead } from '../../domain/lead-detail';
import { LeadReminders } from '../../domain/lead-reminders';
import { Scroll } from '../../ui/scroll';
import './lead-pane.scss';

export function LeadPaneContent({ id, onGone }: { id: string; onGone: () => void }) {
  const record = useLead(id);
  return (
    <LeadDetailView record={record} onGone={onGone} reminders={(lead) => <LeadReminders lead={lead} />}>
      {({ banner, body, footer }) => (
        <View className="lead-pane">
          {banner}
          <Scroll onReachEnd={record.timeline.loadMore}>
            <View className="lead-pane__column">{body}</View>
          </Scroll>
          {footer && (
            <View className="lead-pane__footer">
              <View className="lead-pane__column">{footer}</View>
            </View>
          )}
        </View>
      )}
    </LeadDetailView>
  );
}
