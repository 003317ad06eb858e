import { Text } from '@tarojs/components';
import { type ImportDetail, imports } from '#shared/transfers/contract.ts';
import { useDownload } from '../api/files';
import { Card, Row, SectionHeader, toast } from '../ui';
import { countOf } from './words';

const SHOWN = 5;

/** What is wrong with a file, the first few of it, and the workbook to correct. */
export function BadRows({ data, onAll }: { data: ImportDetail; onAll: () => void }) {
  const { id, errors, failCount, fileName } = data;
  const download = useDownload(({ status, message }) => {
    if (status !== 401) toast(message, { kind: 'failed' });
  });
  if (failCount === 0) return null;
  return (
    <>
      <SectionHeader
        title="有问题的行"
        count={countOf(failCount)}
        {...(failCount > SHOWN ? { action: '全部', onAction: onAll } : {})}
      />
      <Card>
        {errors.slice(0, SHOWN).map(({ row, error }) => (
          <Row key={row} title={<Text className="bad-row__why">{error}</Text>} detail={`第 ${row} 行`} />
        ))}
        <Row
          icon="download"
          title="下载有问题的行"
          detail="最后一列写着原因，改好后可以再导入"
          acts
          disabled={download.pending}
          {...(download.pending ? { value: '正在下载' } : {})}
          onPress={() =>
            void download.run(
              imports.errorFile,
              { params: { id } },
              `${fileName.replace(/\.\w+$/, '')}-有误的行.xlsx`,
            )
          }
        />
      </Card>
    </>
  );
}
