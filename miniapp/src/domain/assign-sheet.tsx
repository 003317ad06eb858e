import { Text, View } from '@tarojs/components';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { useDetail } from '../api/query';
import { Avatar, EmptyState, ErrorState, ListSkeleton, Row, Sheet, StatusTag } from '../ui';
import './assign-sheet.scss';

export interface Candidate {
  readonly id: string;
  readonly name: string;
}

interface AssignSheetProps {
  open: boolean;
  ticketId: string;
  /** `改派给`. */
  title: string;
  subtitle: string;
  /** Who has it now. */
  current: string | null;
  /** Is being assigned. */
  pending: boolean;
  onPick: (engineer: Candidate) => void;
  onClose: () => void;
}

/** Who can take a ticket: whoever is suggested first, each with the reason. */
export function AssignSheet(props: AssignSheetProps) {
  const { open, ticketId, title, subtitle, current, pending, onPick, onClose } = props;
  const detail = useDetail(serviceTickets.candidates, { params: { id: ticketId } }, { enabled: open });
  const list = detail.data?.list ?? [];
  return (
    <Sheet open={open} title={title} subtitle={subtitle} tall onClose={onClose}>
      {!detail.data && detail.error && (
        <ErrorState error={detail.error} onRetry={() => void detail.refresh()} pending={detail.refreshing} />
      )}
      {detail.loading && <ListSkeleton rows={4} />}
      {detail.data && list.length === 0 && (
        <EmptyState icon="users" title="没有可派的工程师" hint="在“员工与部门”里给同事加上运维工程师角色" />
      )}
      {list.map((engineer) => (
        <Row
          key={engineer.id}
          leading={<Avatar name={engineer.name} />}
          title={
            <View className="assign__name">
              <Text>{engineer.name}</Text>
              {engineer.suggested && <StatusTag tone="accent">建议</StatusTag>}
            </View>
          }
          detail={engineer.reason}
          disabled={pending || engineer.id === current}
          {...(engineer.id === current ? { value: '现在处理' } : {})}
          acts
          onPress={() => onPick(engineer)}
        />
      ))}
    </Sheet>
  );
}
