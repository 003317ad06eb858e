import { View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { imports, type RowState } from '#shared/transfers/contract.ts';
import { ActionBar, BarButton, Button, Card, confirm, Page, Row, toast } from '../../ui';
import { BadRows } from '../bad-rows';
import { Figures, Question, Refusal } from '../parts';
import { RowsSheet } from '../rows-sheet';
import { countOf, UNITS } from '../words';
import { type ImportView, useImportAction } from './use-import-action';

/** What the check found, before anything is written. */
export function Checked({ data, banner, refresh, onRemap }: ImportView & { onRemap: () => void }) {
  const { id, entity, fileName, progress, can } = data;
  const { ready, duplicate, failed } = progress;
  const [shown, setShown] = useState<Extract<RowState, 'bad' | 'duplicate'> | null>(null);
  const cancel = useImportAction(imports.cancel, refresh);
  const drop = async () => {
    const sure = await confirm({
      title: '放弃这次导入？',
      message: '还没有写入任何数据，放弃后要重新上传文件。',
      confirm: '放弃导入',
      danger: true,
    });
    if (sure && (await cancel.run({ params: { id } }))) toast('已放弃');
  };
  const total = ready + duplicate + failed;
  const words = can.start
    ? failed > 0
      ? '有问题的行不会导入，可以先导入其余的，改好后再补。'
      : '每一行都看得懂。还没有写入任何数据。'
    : '没有可以导入的行。看看下面的原因，改好后再上传。';
  return (
    <Page
      title="检查结果"
      home="/pages/me/index"
      banner={banner}
      footer={
        <ActionBar
          primary={
            can.start ? (
              <Button
                block
                kind="primary"
                onPress={() => void Taro.navigateTo({ url: `/transfer/policies/index?id=${id}` })}
              >
                下一步
              </Button>
            ) : (
              <Button
                block
                kind="primary"
                onPress={() => void Taro.redirectTo({ url: `/transfer/new-import/index?entity=${entity}` })}
              >
                换一个文件
              </Button>
            )
          }
        >
          {can.map && <BarButton icon="arrow-right-left" label="改对应" onPress={onRemap} />}
        </ActionBar>
      }
    >
      <View className="transfer">
        <Question step="第 3 步，共 4 步" title={`检查了 ${countOf(total)} ${UNITS[entity]}`}>
          {`${fileName}。${words}`}
        </Question>
        <Figures
          items={[
            { label: '可导入', count: ready, tone: 'success' },
            { label: '有问题', count: failed, tone: 'danger', onPress: () => setShown('bad') },
            { label: '重复', count: duplicate, tone: 'warning', onPress: () => setShown('duplicate') },
          ]}
        />
        <Refusal error={cancel.failure} />
        <BadRows data={data} onAll={() => setShown('bad')} />
        {can.cancel && (
          <Card>
            <Row
              icon="trash-2"
              title="放弃这次导入"
              tone="danger"
              acts
              disabled={cancel.pending}
              onPress={() => void drop()}
            />
          </Card>
        )}
      </View>
      {shown && (
        <RowsSheet
          id={id}
          entity={entity}
          state={shown}
          title={shown === 'bad' ? '有问题的行' : '重复的行'}
          {...(shown === 'duplicate' ? { subtitle: '下一步决定怎么办' } : {})}
          onClose={() => setShown(null)}
        />
      )}
    </Page>
  );
}
