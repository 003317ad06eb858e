import { gramsOf, normalizeText, searchTextOf } from '../../kernel/search.ts';
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

export const wechatKeyOf = (wechat: string): string => normalizeText(wechat).trim();

/** Names that differ only in spaces, punctuation or the legal form are the same. */
export const nameKeyOf = (name: string): string =>
  normalizeText(name)
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/(股份|责任)?有限(责任)?公司$/u, '');
