import { gramsOf, nameKeyOf, searchTextOf, wechatKeyOf } from '../../kernel/search.ts';
import type { Row } from '../../kernel/transition.ts';

type Searched = Pick<
  Row<'leads'>,
  | 'no'
  | 'customerName'
  | 'company'
  | 'province'
  | 'city'
  | 'sourceAccount'
  | 'phone'
  | 'wechat'
  | 'otherHandle'
  | 'contactPerson'
  | 'email'
>;

/** What a keyword and the duplicate check look at, computed from the fields a person sees. */
export function searchColumns(lead: Searched) {
  const open = [lead.customerName, lead.company, lead.city, lead.province, lead.sourceAccount, lead.no];
  const contact = [lead.phone, lead.wechat, lead.otherHandle, lead.contactPerson, lead.email];
  return {
    searchText: searchTextOf(open),
    searchContact: searchTextOf(contact),
    searchGrams: gramsOf([...open, ...contact]),
    wechatKey: lead.wechat ? wechatKeyOf(lead.wechat) : null,
    nameKey: nameKeyOf(lead.customerName),
  };
}
