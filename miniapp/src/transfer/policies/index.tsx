import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import {
  DUPLICATE_POLICIES,
  type DuplicatePolicy,
  type ImportDetail,
  imports,
  OWNER_POLICIES,
  type OwnerPolicy,
} from '#shared/transfers/contract.ts';
import { goBack } from '../../api/navigation';
import { useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { Button, Card, EmptyState, ErrorState, ListSkeleton, Page, Row, SectionHeader } from '../../ui';
import { useImportAction } from '../import/use-import-action';
import { Question, Refusal } from '../parts';
import { countOf, UNITS } from '../words';

const TITLE = '怎么导入';

const DUPLICATE_HINTS: Readonly<Record<DuplicatePolicy, string>> = {
  skip: '系统里已有的不动',
  fill: '只补空着的项，不改已经写好的',
  create: '会出现两条一样的',
};
const OWNER_HINTS: Readonly<Record<OwnerPolicy, string>> = {
  me: '全部由我来跟进',
  pool: '谁有空谁领取',
  column: '按姓名找到同事',
};
const OWNER_FIELD = 'owner';

export default function PoliciesPage() {
  const { id = '' } = useRouter().params;
  return <Guarded title={TITLE}>{() => <Policies key={id} id={id} />}</Guarded>;
}

const back = (id: string) => goBack(`/transfer/import/index?id=${id}`);

function Policies({ id }: { id: string }) {
  const { data, error, refresh, refreshing } = useDetail(imports.get, { params: { id } });
  if (data?.state === 'checked') return <Ask data={data} refresh={refresh} />;
  return (
    <Page title={TITLE} home="/pages/me/index" banner={<ConnectionBanner offline={error?.offline} />}>
      {data ? (
        <EmptyState icon="circle-check" title="这次导入已经开始" action="看进度" onAction={() => back(id)} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
      ) : (
        <View className="transfer">
          <ListSkeleton />
        </View>
      )}
    </Page>
  );
}

/** What happens to rows that are there already, and who follows the new ones. */
function Ask({ data, refresh }: { data: ImportDetail; refresh: () => Promise<void> }) {
  const { id, entity, version, mapping, fields, ownerPolicies, progress } = data;
  const { ready, duplicate } = progress;
  const hasOwners = mapping.includes(OWNER_FIELD);
  const ownerLabel = fields.find(({ field }) => field === OWNER_FIELD)?.label ?? '跟进人';
  const [duplicatePolicy, setDuplicatePolicy] = useState<DuplicatePolicy>('skip');
  const [ownerPolicy, setOwnerPolicy] = useState<OwnerPolicy>(
    hasOwners && ownerPolicies.includes('column') ? 'column' : (ownerPolicies[0] ?? 'me'),
  );
  const start = useImportAction(imports.start, refresh);
  const { failure } = start;
  const unit = UNITS[entity];
  const count = ready + (duplicatePolicy === 'create' ? duplicate : 0);
  const words =
    duplicatePolicy === 'fill' && duplicate > 0
      ? `新建 ${countOf(ready)} ${unit}，补全 ${countOf(duplicate)} ${unit}`
      : `开始导入 ${countOf(count)} ${unit}`;
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      banner={<ConnectionBanner />}
      footer={
        <View className="transfer-footer">
          <Button
            block
            kind="primary"
            pending={start.pending}
            onPress={() =>
              void start
                .run({ params: { id }, body: { version, duplicatePolicy, ownerPolicy } })
                .then((started) => started && back(id))
            }
          >
            {words}
          </Button>
        </View>
      }
    >
      <View className="transfer">
        <Question step="第 4 步，共 4 步" title="怎么导入？">
          {duplicate > 0
            ? `可导入 ${countOf(ready)} ${unit}，另有 ${countOf(duplicate)} ${unit}和已有的重复。`
            : `可导入 ${countOf(ready)} ${unit}，没有重复的。`}
        </Question>
        <Refusal
          error={failure && { ...failure, message: failure.fields?.[0]?.message ?? failure.message }}
        />
        {duplicate > 0 && (
          <>
            <SectionHeader title="重复的怎么办" />
            <Card>
              {(Object.keys(DUPLICATE_POLICIES) as DuplicatePolicy[]).map((policy) => (
                <Row
                  key={policy}
                  title={DUPLICATE_POLICIES[policy]}
                  detail={DUPLICATE_HINTS[policy]}
                  chosen={policy === duplicatePolicy}
                  onPress={() => setDuplicatePolicy(policy)}
                />
              ))}
            </Card>
          </>
        )}
        <SectionHeader title="由谁跟进" />
        <Card>
          {ownerPolicies.map((policy) => {
            const missing = policy === 'column' && !hasOwners;
            return (
              <Row
                key={policy}
                title={policy === 'column' ? `按表格里的“${ownerLabel}”` : OWNER_POLICIES[policy]}
                detail={missing ? `没有一列对应“${ownerLabel}”` : OWNER_HINTS[policy]}
                chosen={policy === ownerPolicy}
                disabled={missing}
                onPress={() => setOwnerPolicy(policy)}
              />
            );
          })}
        </Card>
        <Text className="transfer__note">导入后 7 天内可以撤销：没有人动过的会删除或还原。</Text>
      </View>
    </Page>
  );
}
