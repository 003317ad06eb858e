import { gramsOf, nameKeyOf, searchTextOf, wechatKeyOf } from '../../kernel/search.ts';
import type { Row } from '../../kernel/transition.ts';

type SearchedContact = Pick<Row<'contacts'>, 'name' | 'phone' | 'wechat'>;
type SearchedCustomer = Pick<
  Row<'customers'>,
  'no' | 'customerName' | 'province' | 'city' | 'industry' | 'phone' | 'email' | 'taxNo'
>;

/** What a keyword looks at in a contact. */
export function contactSearch({ name, phone, wechat }: SearchedContact) {
  const texts = [name, phone, wechat];
  return {
    searchText: searchTextOf(texts),
    searchGrams: gramsOf(texts),
    wechatKey: wechat ? wechatKeyOf(wechat) : null,
  };
}

/** What a keyword looks at in a customer: also whom one talks to there. */
export function customerSearch(customer: SearchedCustomer, contacts: readonly SearchedContact[]) {
  const { no, customerName, province, city, industry, phone, email, taxNo } = customer;
  const texts = [
    ...[customerName, city, province, industry, no, phone, email, taxNo],
    ...contacts.flatMap((contact) => [contact.name, contact.phone, contact.wechat]),
  ];
  return {
    searchText: searchTextOf(texts),
    searchGrams: gramsOf(texts),
    nameKey: nameKeyOf(customerName),
  };
}
