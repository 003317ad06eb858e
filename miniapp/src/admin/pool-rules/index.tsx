import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { assignment } from '#shared/assignment/contract.ts';
import { type PoolRule, pool } from '#shared/pool/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useDetail } from '../../api/query';
import { may } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { useNow } from '../../domain/use-now';
import { ActionBar, Button, Card, Icon, Press, Row, SectionHeader, StatusTag } from '../../ui';
import { ReadPage } from '../read-page';
import { PoolRuleSheet } from './pool-rule-sheet';
import './index.scss';

const TITLE = '公海与分配';
const open = (url: string) => () => void Taro.navigateTo({ url });

export default function PoolRulesPage() {
  return (
    <Guarded title={TITLE} permission="pool.check">
      {(user) => <PoolRules manages={may(user, 'pool.manage')} />}
    </Guarded>
  );
}

/** What the pool allows and takes, department by department, and who new leads go to. */
function PoolRules({ manages }: { manages: boolean }) {
  const now = useNow();
  const rules = useDetail(pool.rules, {});
  const groups = useDetail(assignment.list, {});
  const [editing, setEditing] = useState<PoolRule | null>(null);
  const refresh = () => {
    void rules.refresh();
    void groups.refresh();
  };

  const [company, ...departments] = rules.data?.list ?? [];
  const own = departments.filter(({ inheritedFrom }) => inheritedFrom === null);
  const inherited = departments.filter(({ inheritedFrom }) => inheritedFrom !== null);
  const edit = (rule: PoolRule) => (manages ? () => setEditing(rule) : undefined);
  const names = groups.data?.list.map(({ name }) => name).join('、');
  return (
    <ReadPage
      title={TITLE}
      className="pool-rules"
      read={{ ...rules, data: company, refresh }}
      rows={5}
      footer={
        rules.data && (
          <ActionBar
            primary={
              <Button block kind="primary" onPress={open('/admin/pool-dry-run/index')}>
                看今晚会回收哪些
              </Button>
            }
          />
        )
      }
      sheets={
        editing && (
          <PoolRuleSheet key={editing.departmentId} rule={editing} onClose={() => setEditing(null)} />
        )
      }
    >
      {(whole) => (
        <>
          <SectionHeader title="全公司" />
          <RuleCard rule={whole} now={now} onPress={edit(whole)} />
          {own.length > 0 && <SectionHeader title="有自己规则的部门" count={String(own.length)} />}
          {own.map((rule) => (
            <RuleCard key={rule.departmentId} rule={rule} now={now} onPress={edit(rule)} />
          ))}
          {inherited.length > 0 && (
            <>
              <SectionHeader title="跟随上级的部门" count={String(inherited.length)} />
              <Card>
                {inherited.map((rule) => (
                  <Row
                    key={rule.departmentId}
                    title={rule.departmentName}
                    detail={`跟随${rule.inheritedFrom}`}
                    onPress={edit(rule)}
                  />
                ))}
              </Card>
            </>
          )}
          <View className="pool-rules__more">
            <Card>
              <Row
                icon="user-plus"
                title="分配组"
                detail={
                  groups.data ? names || '还没有，新线索不会自动分给销售' : '谁轮流接新线索、权重与地区'
                }
                onPress={open('/admin/groups/index')}
              />
            </Card>
          </View>
        </>
      )}
    </ReadPage>
  );
}

interface RuleCardProps {
  rule: PoolRule;
  now: Instant;
  onPress: (() => void) | undefined;
}

function RuleCard({ rule, now, onPress }: RuleCardProps) {
  const { departmentId, departmentName, words, recyclesFrom } = rule;
  const content = (
    <View className="pool-rule">
      <View className="pool-rule__body">
        {departmentId !== 'default' && (
          <View className="pool-rule__head">
            <Text className="pool-rule__name">{departmentName}</Text>
            <StatusTag tone="accent">自己的规则</StatusTag>
          </View>
        )}
        {words.map((sentence) => (
          <View key={sentence} className="pool-rule__line">
            <View className="pool-rule__dot" />
            <Text className="pool-rule__sentence">{sentence}</Text>
          </View>
        ))}
        {recyclesFrom !== null && recyclesFrom > now && (
          <View className="pool-rule__from">
            <Icon name="clock" size="s" />
            <Text>{`刚改过，${formatAbsolute(recyclesFrom, now)}起才回收，先提醒跟进人`}</Text>
          </View>
        )}
      </View>
      {onPress && <Icon name="chevron-right" size="s" className="pool-rule__arrow" />}
    </View>
  );
  return (
    <Card>
      {onPress ? (
        <Press label={`${departmentName}公海规则，${words.join('；')}`} onPress={onPress}>
          {content}
        </Press>
      ) : (
        content
      )}
    </Card>
  );
}
