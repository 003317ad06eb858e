import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { imports, type RowState, type TransferEntity } from '#shared/transfers/contract.ts';
import { useDetail } from '../api/query';
import { RECORD_PAGES } from '../domain/follow-ups';
import { EmptyState, ErrorState, ListSkeleton, Row, Sheet } from '../ui';
import { countOf } from './words';

const MOST = 100;
const VALUES = 3;

interface RowsSheetProps {
  id: string;
  entity: TransferEntity;
  state: RowState;
  title: string;
  subtitle?: string;
  onClose: () => void;
}

/** The rows of an import that ended the same way, with what was said about each. */
export function RowsSheet({ id, entity, state, title, subtitle, onClose }: RowsSheetProps) {
  const { data, error, refresh, refreshing } = useDetail(imports.errors, {
    params: { id },
    query: { state, pageSize: MOST },
  });
  const rest = (data?.pagination.total ?? 0) - (data?.list.length ?? 0);
  return (
    <Sheet open tall title={title} {...(subtitle ? { subtitle } : {})} onClose={onClose}>
      <View>
        {!data ? (
          error ? (
            <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
          ) : (
            <ListSkeleton />
          )
        ) : data.list.length === 0 ? (
          <EmptyState title="没有这样的行" />
        ) : (
          data.list.map(({ row, error: reason, values, recordId }) => (
            <Row
              key={row}
              title={<Text>{values.filter(Boolean).slice(0, VALUES).join(' · ') || `第 ${row} 行`}</Text>}
              onPress={
                recordId
                  ? () => void Taro.navigateTo({ url: `${RECORD_PAGES[entity]}?id=${recordId}` })
                  : undefined
              }
              detail={[`第 ${row} 行`, reason].filter(Boolean).join('：')}
            />
          ))
        )}
        {rest > 0 && <Text className="rows-sheet__rest">{`还有 ${countOf(rest)} 行`}</Text>}
      </View>
    </Sheet>
  );
}
