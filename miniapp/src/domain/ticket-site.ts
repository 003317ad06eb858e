/** Going to the site of a ticket. */
import Taro from '@tarojs/taro';
import type { TicketDetail } from '#shared/service-tickets/contract.ts';
import { copy } from './contact';
import { siteWords } from './ticket-words';

const isH5 = process.env.TARO_ENV === 'h5';
const AMAP = 'https://uri.amap.com';

type Site = Pick<TicketDetail, 'coordinates' | 'customer' | 'province' | 'city' | 'address'>;

/**
 * Opens the map at the site: WeChat's own, or in a browser AMap's, which takes the same GCJ-02
 * (lbs.amap.com/api/uri-api). Without coordinates it looks for the address, or copies it.
 */
export function openSite(site: Site): void {
  const { coordinates, customer } = site;
  const address = siteWords(site).replace(' · ', '');
  const name = encodeURIComponent(customer.customerName);
  if (isH5) {
    const url = coordinates
      ? `${AMAP}/marker?position=${coordinates.longitude},${coordinates.latitude}&name=${name}&callnative=1`
      : `${AMAP}/search?keyword=${encodeURIComponent(address || customer.customerName)}&callnative=1`;
    window.open(url, '_blank', 'noopener');
  } else if (coordinates) {
    void Taro.openLocation({ ...coordinates, name: customer.customerName, address, scale: 16 });
  } else void copy(address || customer.customerName, '地址已复制，到地图里粘贴');
}
