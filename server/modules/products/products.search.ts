import { gramsOf, searchTextOf } from '../../kernel/search.ts';
import type { Row } from '../../kernel/transition.ts';

/** What a keyword looks at in a product. */
export function productSearch({
  productName,
  productCode,
  brand,
}: Pick<Row<'products'>, 'productName' | 'productCode' | 'brand'>) {
  const texts = [productName, productCode, brand];
  return { searchText: searchTextOf(texts), searchGrams: gramsOf(texts) };
}
