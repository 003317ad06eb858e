import Taro from '@tarojs/taro';
import type { CustomerDetail } from '#shared/customers/contract.ts';
import { equipment } from '#shared/equipment/contract.ts';
import { equipmentMachine } from '#shared/equipment/machine.ts';
import { files } from '#shared/files/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { dateOf, formatRelative, type Instant } from '#shared/values/time.ts';
import { useList } from '../api/query';
import { Card, Row, SectionHeader, StatusTag } from '../ui';
import { EQUIPMENT_PAGE, warrantyWords } from './equipment-words';
import { TICKET_STATUS_TONES } from './labels';
import { openTickets } from './list-views';
import { RecordFiles } from './record-files';
import { ticketStatusLabel } from './ticket-words';

const SHOWN = 3;
const FILES = 100;

interface SectionProps {
  customer: CustomerDetail;
  now: Instant;
}

export const reportFault = ({ id }: Pick<CustomerDetail, 'id'>): void =>
  void Taro.navigateTo({ url: `/service/ticket-form/index?customerId=${id}` });

/** What was and is to be repaired at a customer's: the latest, and the way to all. */
export function CustomerTickets({ customer, now, reports }: SectionProps & { reports: boolean }) {
  const list = useList(serviceTickets.list, {
    customerId: customer.id,
    sort: '-createdAt',
    pageSize: SHOWN,
  });
  const count = list.total ?? list.rows.length;
  if (count === 0 && !reports) return null;
  const all = () => openTickets({ customerId: customer.id }, customer.customerName);
  return (
    <>
      <SectionHeader
        title="工单"
        {...(count > 0 ? { count: formatCount(count), action: '全部', onAction: all } : {})}
      />
      <Card>
        {list.rows
          .slice(0, SHOWN)
          .map(({ id, ticketTitle, status, equipment: unit, assignee, createdAt }) => (
            <Row
              key={id}
              title={ticketTitle}
              detail={[unit?.equipmentName, assignee?.name, formatRelative(createdAt, now)]
                .filter(Boolean)
                .join(' · ')}
              trailing={<StatusTag tone={TICKET_STATUS_TONES[status]}>{ticketStatusLabel(status)}</StatusTag>}
              onPress={() => void Taro.navigateTo({ url: `/service/ticket/index?id=${id}` })}
            />
          ))}
        {count === 0 && <Row icon="wrench" title="报修" onPress={() => reportFault(customer)} />}
      </Card>
    </>
  );
}

/** What stands at a customer's. */
export function CustomerEquipment({ customer, now, registers }: SectionProps & { registers: boolean }) {
  const list = useList(equipment.list, { customerId: customer.id, pageSize: SHOWN });
  const count = list.total ?? list.rows.length;
  if (count === 0 && !registers) return null;
  const at = `customerId=${customer.id}&name=${encodeURIComponent(customer.customerName)}`;
  const open = (page: string) => () => void Taro.navigateTo({ url: `/service/${page}/index?${at}` });
  return (
    <>
      <SectionHeader
        title="设备"
        {...(count > 0
          ? { count: `${formatCount(count)}台`, action: '全部', onAction: open('equipment-list') }
          : {})}
      />
      <Card>
        {list.rows.slice(0, SHOWN).map((unit) => {
          const warranty = warrantyWords(unit, dateOf(now));
          return (
            <Row
              key={unit.id}
              title={unit.equipmentName}
              detail={[unit.location, unit.serialNo].filter(Boolean).join(' · ')}
              trailing={
                unit.status === 'retired' ? (
                  <StatusTag>{equipmentMachine.states.retired}</StatusTag>
                ) : (
                  <StatusTag tone={warranty.tone}>{warranty.label}</StatusTag>
                )
              }
              onPress={() => void Taro.navigateTo({ url: `${EQUIPMENT_PAGE}?id=${unit.id}` })}
            />
          );
        })}
        {count === 0 && <Row icon="plus" title="登记一台设备" onPress={open('equipment-form')} />}
      </Card>
    </>
  );
}

/** Contracts, plans, pictures of the lobby. */
export function CustomerFiles({ customer, now, adds }: SectionProps & { adds: boolean }) {
  const list = useList(files.list, { entity: 'customers', entityId: customer.id, pageSize: FILES });
  return (
    <RecordFiles
      entity="customers"
      id={customer.id}
      title="文件"
      files={list.rows}
      stamp={customer.no}
      adds={adds}
      now={now}
      views={[files.list]}
    />
  );
}
