import { View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { type ImportDetail, imports, type RowState, TRANSFER_ENTITIES } from '#shared/transfers/contract.ts';
import { formatAbsolute } from '#shared/values/time.ts';
import { showCustomers, showLeads } from '../../domain/list-views';
import { useNow } from '../../domain/use-now';
import { Button, Card, confirm, Page, Row } from '../../ui';
import { BadRows } from '../bad-rows';
import { type Figure, Figures, Question, Refusal } from '../parts';
import { RowsSheet } from '../rows-sheet';
import { countOf } from '../words';
import { type ImportView, useImportAction } from './use-import-action';

type Shown = Extract<RowState, 'bad' | 'skipped' | 'kept'>;
const SHEETS: Readonly<Record<Shown, { title: string; subtitle?: string }>> = {
  bad: { title: '有问题的行' },
  skipped: { title: '跳过的行', subtitle: '系统里已经有的' },
  kept: { title: '保留的行', subtitle: '导入以后有人动过，没有撤销' },
};

const TITLES: Readonly<Partial<Record<ImportDetail['state'], string>>> = {
  done: '导入完成',
  cancelled: '已经停止',
  failed: '导入中断了',
  undone: '已经撤销',
};

/** The records that this import made or filled. */
function openList({ id, entity }: ImportDetail): void {
  if (entity === 'leads') showLeads({ importId: id });
  else showCustomers({ importId: id });
  void Taro.switchTab({ url: `/pages/${entity}/index` });
}

/** What became of the rows, and the way back. */
export function Finished({ data, banner, refresh }: ImportView) {
  const { id, entity, fileName, state, progress, message, undoUntil, can } = data;
  const { created, updated, skipped, failed, removed, kept } = progress;
  const now = useNow();
  const noun = TRANSFER_ENTITIES[entity];
  const [shown, setShown] = useState<Shown | null>(null);
  const undo = useImportAction(imports.undo, refresh);
  const askUndo = async () => {
    const sure = await confirm({
      title: '撤销这次导入？',
      message: [
        created > 0 ? `新建的 ${countOf(created)} 条会删除` : null,
        updated > 0 ? `补全过的 ${countOf(updated)} 条会还原` : null,
        '导入以后有人跟进或改过的会保留，并列出原因',
      ]
        .filter(Boolean)
        .join('；'),
      confirm: '撤销导入',
      danger: true,
    });
    if (sure) void undo.run({ params: { id } });
  };
  const undone = state === 'undone';
  const figures: Figure[] = undone
    ? [
        { label: '已撤销', count: removed, tone: 'neutral' },
        { label: '保留', count: kept, tone: 'warning', onPress: () => setShown('kept') },
      ]
    : [
        { label: '新建', count: created, tone: 'success' },
        ...(updated > 0 ? [{ label: '补全', count: updated, tone: 'accent' as const }] : []),
        { label: '跳过', count: skipped, tone: 'neutral', onPress: () => setShown('skipped') },
        { label: '有问题', count: failed, tone: 'danger', onPress: () => setShown('bad') },
      ];
  const wrote = created + updated > 0;
  const nothing = state === 'cancelled' && !wrote;
  return (
    <Page
      title="导入结果"
      home="/pages/me/index"
      banner={banner}
      footer={
        <View className="transfer-footer">
          {wrote ? (
            <Button block kind="primary" onPress={() => openList(data)}>
              {`查看导入的${noun}`}
            </Button>
          ) : (
            <Button
              block
              kind="primary"
              onPress={() => void Taro.redirectTo({ url: `/transfer/new-import/index?entity=${entity}` })}
            >
              再导入一个文件
            </Button>
          )}
        </View>
      }
    >
      <View className="transfer">
        <Question title={nothing ? '已经取消' : (TITLES[state] ?? '导入结果')}>
          {[
            fileName,
            message,
            nothing ? '没有写入任何数据' : null,
            undone && kept > 0 ? '保留的是导入以后有人动过的，点开看原因' : null,
          ]
            .filter(Boolean)
            .join('。')}
        </Question>
        {!nothing && <Figures items={figures} />}
        <Refusal error={undo.failure} />
        {!undone && <BadRows data={data} onAll={() => setShown('bad')} />}
        {can.undo && (
          <Card>
            <Row
              icon="undo-2"
              title="撤销这次导入"
              {...(undoUntil ? { detail: `${formatAbsolute(undoUntil, now)} 前可以撤销` } : {})}
              tone="danger"
              acts
              disabled={undo.pending}
              {...(undo.pending ? { value: '正在撤销' } : {})}
              onPress={() => void askUndo()}
            />
          </Card>
        )}
      </View>
      {shown && (
        <RowsSheet id={id} entity={entity} state={shown} {...SHEETS[shown]} onClose={() => setShown(null)} />
      )}
    </Page>
  );
}
