import { gramsOf, searchTextOf } from '../../kernel/search.ts';
import type { Row } from '../../kernel/transition.ts';

type Searched = Pick<Row<'equipment'>, 'no' | 'equipmentName' | 'serialNo' | 'model' | 'location'>;

/** What a keyword looks at in a unit; its customer, who may be renamed, is looked at where it is. */
export function equipmentSearch({ no, equipmentName, serialNo, model, location }: Searched) {
  const texts = [equipmentName, serialNo, no, model, location];
  return { searchText: searchTextOf(texts), searchGrams: gramsOf(texts) };
}
