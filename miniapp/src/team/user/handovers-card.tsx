import { customers } from '#shared/customers/contract.ts';
import { type HandoverRecord, handovers } from '#shared/handovers/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { type UserDetail, users } from '#shared/users/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { useAction, useDetail } from '../../api/query';
import { useNow } from '../../domain/use-now';
import { Button, Card, confirm, Row, SectionHeader, toast } from '../../ui';

/** What shows other numbers after leads changed hands. */
export const AFTER_HANDOVER = [
  users.list,
  users.get,
  handovers.preview,
  handovers.list,
  leads.list,
  leads.get,
  leads.timeline,
  customers.list,
  serviceTickets.list,
  workbench.get,
];

const SHOWN = 5;

const receiverOf = ({ to, moved }: HandoverRecord) =>
  to ? `${moved}条交给${to.name}` : `${moved}条放回公海`;
const detailOf = ({ at, actorName, reason, returned }: HandoverRecord, now: Instant) =>
  [formatAbsolute(at, now), actorName, reason, returned === null ? null : `已撤销，还回${returned}条`]
    .filter(Boolean)
    .join(' · ');

/** The last handovers of somebody, and the way back while there is one. */
export function HandoversCard({ user }: { user: UserDetail }) {
  const now = useNow();
  const { data } = useDetail(handovers.list, { params: { id: user.id } });
  const undo = useAction(handovers.undo, {
    refresh: AFTER_HANDOVER,
    onDone: ({ returned, kept }) =>
      toast(kept > 0 ? `还回${returned}条，${kept}条已有变动，保持不动` : `已还回${returned}条`),
    onError: ({ message, status }) => {
      if (status !== 401) toast(message, { kind: 'plain' });
    },
  });
  async function takeBack({ id, moved }: HandoverRecord): Promise<void> {
    const sure = await confirm({
      title: '撤销这次交接？',
      message: `${moved}条线索中，之后没有再换人、仍在跟的会还给${user.name}。`,
      confirm: '撤销交接',
    });
    if (sure) void undo.run({ params: { id } });
  }
  const list = data?.list.slice(0, SHOWN) ?? [];
  if (list.length === 0) return null;
  return (
    <>
      <SectionHeader title="最近的交接" />
      <Card>
        {list.map((record) => (
          <Row
            key={record.id}
            icon="arrow-right-left"
            title={receiverOf(record)}
            detail={detailOf(record, now)}
            {...(record.undoable && now <= record.undoUntil && user.status === 'active'
              ? {
                  trailing: (
                    <Button
                      size="s"
                      label={`撤销${receiverOf(record)}`}
                      pending={undo.pending}
                      onPress={() => void takeBack(record)}
                    >
                      撤销
                    </Button>
                  ),
                }
              : {})}
          />
        ))}
      </Card>
    </>
  );
}
