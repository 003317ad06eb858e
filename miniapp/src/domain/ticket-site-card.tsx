import Taro from '@tarojs/taro';
import { useEffect, useState } from 'react';
import type { TicketDetail } from '#shared/service-tickets/contract.ts';
import { formatPhone } from '#shared/values/phone.ts';
import { type Coordinates, distanceBetween } from '#shared/values/position.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { knownPosition } from '../api/position';
import { may, useSession } from '../api/session';
import { Card, Icon, Row } from '../ui';
import { dial } from './contact';
import { RECORD_PAGES } from './follow-ups';
import { openSite } from './ticket-site';
import { distanceWords, siteWords } from './ticket-words';

/** From here to the site, in metres; null when the phone may not say without asking. */
function useDistance(site: Coordinates | null): number | null {
  const [distance, setDistance] = useState<number | null>(null);
  const { latitude, longitude } = site ?? {};
  useEffect(() => {
    let left = false;
    setDistance(null);
    if (latitude === undefined || longitude === undefined) return undefined;
    void knownPosition().then((here) => {
      if (here && !left) setDistance(distanceBetween(here, { latitude, longitude }));
    });
    return () => {
      left = true;
    };
  }, [latitude, longitude]);
  return distance;
}

/** Whose, with whom, where and which unit; each of them one tap away. */
export function TicketSiteCard({ ticket, now }: { ticket: TicketDetail; now: Instant }) {
  const user = useSession()?.user;
  const { customer, contactName, contactPhone, equipment, equipmentDetail, isUnderWarranty } = ticket;
  const site = siteWords(ticket);
  const distance = useDistance(ticket.status === 'on_site' ? null : ticket.coordinates);
  const warranty =
    isUnderWarranty === null
      ? null
      : isUnderWarranty
        ? `在保${ticket.warrantyEndDate ? `，至 ${ticket.warrantyEndDate}` : ''}`
        : `已过保${ticket.warrantyEndDate ? `，${ticket.warrantyEndDate} 到期` : ''}`;
  return (
    <Card>
      <Row
        icon="building"
        title={customer.customerName}
        {...(may(user, 'customers.read')
          ? { onPress: () => void Taro.navigateTo({ url: `${RECORD_PAGES.customers}?id=${customer.id}` }) }
          : {})}
      />
      {(contactName || contactPhone) && (
        <Row
          icon="user"
          title={contactName ?? '现场联系人'}
          {...(contactPhone
            ? {
                detail: formatPhone(contactPhone),
                trailing: <Icon name="phone" />,
                onPress: () => dial(contactPhone),
              }
            : {})}
        />
      )}
      {(site || ticket.coordinates) && (
        <Row
          icon="map-pin"
          title={site || '现场位置'}
          {...(distance === null ? {} : { detail: `距你${distanceWords(distance)}` })}
          trailing={<Icon name="navigation" />}
          onPress={() => openSite(ticket)}
        />
      )}
      {equipment && (
        <Row
          icon="package"
          title={[equipment.equipmentName, equipment.location].filter(Boolean).join(' · ')}
          detail={[equipmentDetail?.model, equipmentDetail && `序列号 ${equipmentDetail.serialNo}`, warranty]
            .filter(Boolean)
            .join(' · ')}
          {...(may(user, 'equipment.read')
            ? { onPress: () => void Taro.navigateTo({ url: `/service/equipment/index?id=${equipment.id}` }) }
            : {})}
        />
      )}
      {!equipment && warranty && <Row icon="shield-check" title={warranty} />}
      {equipmentDetail?.tickets.map((former) => (
        <Row
          key={former.id}
          icon="history"
          title={former.ticketTitle}
          detail={[formatAbsolute(former.createdAt, now).split(' ')[0], former.solution ?? former.no].join(
            ' · ',
          )}
          onPress={() => void Taro.navigateTo({ url: `/service/ticket/index?id=${former.id}` })}
        />
      ))}
    </Card>
  );
}
