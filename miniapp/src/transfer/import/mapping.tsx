import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { imports } from '#shared/transfers/contract.ts';
import { useDraft } from '../../api/drafts';
import { Button, Card, cx, Icon, OptionSheet, Page, Press } from '../../ui';
import { Question, Refusal } from '../parts';
import { countOf } from '../words';
import { type ImportView, useImportAction } from './use-import-action';
import './mapping.scss';

const NONE = '';

/** Which column is what. */
export function Mapping({ data, banner, refresh, onDone }: ImportView & { onDone: () => void }) {
  const { id, columns, fields, fileName, totalRows, version } = data;
  const draft = useDraft(`import:${id}`, data.mapping);
  const mapping = draft.value.length === columns.length ? draft.value : data.mapping;
  const [asking, setAsking] = useState<number | null>(null);
  const [tried, setTried] = useState(false);
  const map = useImportAction(imports.map, refresh);
  const check = useImportAction(imports.check, refresh);
  const pending = map.pending || check.pending;
  const labelOf = (field: string | null) => fields.find((one) => one.field === field)?.label ?? null;
  const isRequired = (field: string | null) => fields.some((one) => one.field === field && one.required);
  const missing = fields.filter(({ field, required }) => required && !mapping.includes(field));
  const used = mapping.filter((field) => field !== null).length;

  /** A field is read from one column: the one that had it before gives it up. */
  const choose = (column: number, chosen: string | null) => {
    const field = chosen === NONE ? null : chosen;
    draft.setValue(mapping.map((now, i) => (i === column ? field : now === field ? null : now)));
    setTried(false);
  };
  const goOn = async () => {
    if (missing.length > 0) return setTried(true);
    const params = { id };
    let current = version;
    if (JSON.stringify(mapping) !== JSON.stringify(data.mapping)) {
      const mapped = await map.run({ params, body: { version, mapping } });
      if (!mapped) return;
      current = mapped.version;
    }
    draft.clear();
    if (await check.run({ params, body: { version: current } })) onDone();
  };

  const column = asking === null ? undefined : columns[asking];
  const missed = missing.map(({ label }) => `“${label}”`).join('、');
  return (
    <Page
      title="对应列"
      home="/pages/me/index"
      banner={banner}
      footer={
        <View className="transfer-footer">
          <Button block kind="primary" pending={pending} onPress={() => void goOn()}>
            检查数据
          </Button>
        </View>
      }
    >
      <View className="transfer">
        <Question step="第 2 步，共 4 步" title="每一列是什么？">
          {`${fileName}，${countOf(totalRows)} 行。已对应 ${used} 列，没有对应的列不会导入。`}
        </Question>
        <Refusal
          error={
            missing.length > 0 && tried
              ? { message: `还要指定哪一列是${missed}，才能检查` }
              : (map.failure ?? check.failure)
          }
        />
        <View className="columns__head">
          <Text>表格里的列</Text>
          <Text>导入为</Text>
        </View>
        <Card>
          {columns.map(({ heading, samples }, i) => {
            const field = mapping[i] ?? null;
            const label = labelOf(field);
            return (
              <Press
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place in the file
                key={i}
                className="column"
                label={`${heading}，${label ? `导入为${label}` : '不导入'}`}
                onPress={() => setAsking(i)}
              >
                <View className="column__words">
                  <Text className="column__heading">{heading}</Text>
                  <Text className="column__samples">
                    {samples.filter(Boolean).join('、') || '前几行是空的'}
                  </Text>
                </View>
                <Text className={cx('column__field', !label && 'column__field--none')}>
                  {label ?? '不导入'}
                  {isRequired(field) && <Text className="column__required">{' *'}</Text>}
                </Text>
                <Icon name="chevron-right" size="s" className="column__arrow" />
              </Press>
            );
          })}
        </Card>
        <Text className="transfer__note">
          {missing.length > 0 ? `* 必须有的列；还没有指定${missed}` : '* 必须有的列，都已经指定'}
        </Text>
      </View>
      {column && asking !== null && (
        <OptionSheet
          open
          title="字段"
          subtitle={`“${column.heading}”导入为`}
          options={[
            { value: NONE, label: '不导入这一列' },
            ...fields.map(({ field, label, required }) => {
              const from = mapping.indexOf(field);
              const other = from >= 0 && from !== asking ? columns[from]?.heading : null;
              return {
                value: field,
                label: `${label}${required ? ' *' : ''}${other ? `（现在是“${other}”）` : ''}`,
              };
            }),
          ]}
          value={mapping[asking] ?? NONE}
          onChange={(next) => choose(asking, next)}
          onClose={() => setAsking(null)}
        />
      )}
    </Page>
  );
}
