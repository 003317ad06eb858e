import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { assignment } from '#shared/assignment/contract.ts';
import { type LeadSource, SOURCE_LABELS } from '#shared/customers/draft.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import {
  CLUE_FIELD_LABELS,
  CLUE_FIELDS,
  INTAKE_KIND_LABELS,
  INTAKE_KINDS,
  type IntakeSource,
  intake,
  MAPPED_KINDS,
} from '#shared/intake/contract.ts';
import { formatAbsolute } from '#shared/values/time.ts';
import type { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { useAction, useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { copy } from '../../domain/contact';
import { Guarded } from '../../domain/guarded';
import { RestoredNotice } from '../../domain/restored-notice';
import { useFormErrors } from '../../domain/use-form-errors';
import { useNow } from '../../domain/use-now';
import { UserPicker } from '../../domain/user-picker';
import {
  Banner,
  Button,
  Card,
  confirm,
  Field,
  FieldGroup,
  IconButton,
  Page,
  PickField,
  Row,
  SectionHeader,
  Segmented,
  SelectField,
  SwitchField,
  TextField,
  toast,
} from '../../ui';
import { ChosenRecord } from '../chosen-record';
import { SecretSheet } from './secret-sheet';
import { blankSource, KIND_HELP, type SourceForm, toForm, toWire } from './source-form';
import './index.scss';

const titleOf = (id: string | undefined) => (id ? '接入来源' : '新建来源');
const FIRST_GROUP = '';
const WAYS = [
  { value: 'pool', label: '进公海' },
  { value: 'group', label: '轮流分配' },
  { value: 'owner', label: '指定同事' },
] as const;
const FIELDS = ['kind', 'name', 'secret', 'assignment', 'registrantId', 'leadSource', 'campaign', 'mapping'];
const options = <K extends string>(labels: Readonly<Record<K, string>>) =>
  (Object.keys(labels) as K[]).map((value) => ({ value, label: labels[value] }));

export default function IntakeSourcePage() {
  const { id } = useRouter().params;
  const title = titleOf(id);
  return (
    <Guarded title={title} permission="intake.manage">
      {(user) => <PickedSource id={id} title={title} me={{ id: user.id, name: user.name }} />}
    </Guarded>
  );
}

interface Picked {
  id: string | undefined;
  title: string;
}

function PickedSource({ id, title, me }: Picked & Pick<SourceEditorProps, 'me'>) {
  const read = useDetail(intake.sources, {});
  return (
    <ChosenRecord title={title} id={id} read={read} gone="这个来源已经被删除" leave={leave}>
      {(source) => <SourceEditor key={id ?? 'new'} source={source} me={me} offline={read.error?.offline} />}
    </ChosenRecord>
  );
}

const leave = () => goBack('/admin/intake/index');

interface SourceEditorProps {
  source: IntakeSource | null;
  me: { id: string; name: string };
  offline: boolean | undefined;
}

function SourceEditor({ source, me, offline }: SourceEditorProps) {
  const now = useNow();
  // What the form began with: a refresh in the background must not change what is being edited.
  const [initial] = useState(source);
  const [version, setVersion] = useState(initial?.version ?? 0);
  // Whatever else is written down while typing, a secret is not.
  const [secret, setSecret] = useState('');
  const draft = useDraft<SourceForm>(
    initial ? `intake-source:${initial.id}:${initial.version}` : 'intake-source',
    initial ? toForm(initial) : blankSource('douyin', me),
  );
  const value = draft.value;
  const [sheet, setSheet] = useState<'secret' | 'owner' | 'registrant' | null>(null);
  const groups = useDetail(assignment.list, {}, { enabled: value.to === 'group' });
  const form = useFormErrors(FIELDS);
  const left = useRef(false);

  const onError = (error: ApiError) => {
    const current = (error.details as { current?: IntakeSource } | null | undefined)?.current;
    if (current) {
      setVersion(current.version);
      form.fail('刚刚有人改过这个来源。你的改动还在，再保存一次会以你的为准');
    } else if (error.fields) showErrors(error.fields);
    else if (error.status !== 401) form.fail(error.message);
  };
  // Of a choice and of the names only the whole has a place in the form.
  const showErrors = (errors: readonly { field: string; message: string }[]) =>
    form.show(errors.map((each) => ({ ...each, field: each.field.split('.')[0] ?? '' })));
  const done = (words: string) => () => {
    if (left.current) return;
    left.current = true;
    draft.clear();
    toast(words);
    leave();
  };
  const REFRESH = [intake.sources];
  const create = useAction(intake.createSource, { refresh: REFRESH, onError, onDone: done('已新建') });
  const update = useAction(intake.updateSource, { refresh: REFRESH, onError, onDone: done('已保存') });
  const remove = useAction(intake.removeSource, { refresh: REFRESH, onError, onDone: done('已删除') });
  const renew = useAction(intake.renewAddress, {
    refresh: REFRESH,
    onError,
    onDone: (data) => {
      setVersion(data.version);
      void copy(data.address, '新地址已复制');
    },
  });

  const change = (changes: Partial<SourceForm>, field: string = Object.keys(changes)[0] ?? '') => {
    form.clear([field]);
    draft.setValue((before) => ({ ...before, ...changes }));
  };
  const save = () => {
    if (value.to === 'owner' && !value.owner) {
      return form.show([{ field: 'assignment', message: '请选择跟进人' }]);
    }
    const body = { ...toWire(value), ...(secret ? { secret } : {}), kind: value.kind };
    const judged = intake.createSource.body.safeParse(body);
    if (!judged.success) return showErrors(fieldErrorsOf(judged.error.issues));
    form.show([]);
    if (initial) void update.run({ params: { id: initial.id }, body: { version, ...toWire(value) } });
    else void create.run({ body });
  };
  const askRemove = async () => {
    if (!initial) return;
    const sure = await confirm({
      title: `删除“${initial.name}”？`,
      message: '地址马上失效。收到过数据的来源不能删除，可以停用。',
      confirm: '删除',
      danger: true,
    });
    if (sure) void remove.run({ params: { id: initial.id }, body: { version } });
  };
  const askRenew = async () => {
    if (!initial) return;
    const sure = await confirm({
      title: '更换接收地址？',
      message: '旧地址马上失效，平台那边要换成新的，否则收不到线索。',
      confirm: '更换地址',
      danger: true,
    });
    if (sure) void renew.run({ params: { id: initial.id }, body: { version } });
  };

  const help = KIND_HELP[value.kind];
  const live = source ?? initial;
  return (
    <Page
      title={titleOf(initial?.id)}
      home="/pages/me/index"
      scrollTo={form.scrollTo}
      banner={
        form.failure ? <Banner tone="danger">{form.failure}</Banner> : <ConnectionBanner offline={offline} />
      }
      footer={
        <View className="intake-source__save">
          <Button kind="primary" block pending={create.pending || update.pending} onPress={save}>
            保存
          </Button>
        </View>
      }
    >
      <View className="intake-source">
        {draft.restored !== null && (
          <RestoredNotice at={draft.restored} now={now} onDiscard={draft.discard} />
        )}
        <FieldGroup>
          {initial ? (
            <Field name="kind" label="平台">
              <Text className="intake-source__text">{INTAKE_KIND_LABELS[initial.kind]}</Text>
            </Field>
          ) : (
            <SelectField
              name="kind"
              label="平台"
              required
              options={INTAKE_KINDS.map((kind) => ({ value: kind, label: INTAKE_KIND_LABELS[kind] }))}
              value={value.kind}
              error={form.errors.kind}
              onChange={(kind) => {
                if (!kind) return;
                const { leadSource, ownNames, names } = blankSource(kind, me);
                change({ kind, leadSource, ownNames, names });
              }}
            />
          )}
          <TextField
            name="name"
            label="名称"
            required
            maxLength={50}
            placeholder="如：抖音企业号·华南"
            value={value.name}
            error={form.errors.name}
            onChange={(name) => change({ name })}
          />
          {!initial && (
            <TextField
              name="secret"
              label="密钥"
              kind="password"
              maxLength={500}
              placeholder="可以稍后设置"
              hint={help.secret}
              value={secret}
              error={form.errors.secret}
              onChange={(next) => {
                setSecret(next);
                form.clear(['secret']);
              }}
            />
          )}
          {initial && (
            <SwitchField
              name="enabled"
              label="启用"
              hint="停用后平台的推送会被拒收"
              value={value.enabled}
              onChange={(enabled) => change({ enabled })}
            />
          )}
        </FieldGroup>

        <View className="intake-source__help">
          <Text className="intake-source__help-line">{help.where}</Text>
          <Text className="intake-source__help-line">{help.more}</Text>
        </View>
        {live && (
          <Card>
            <Row
              title="接收地址"
              detail={<Text className="intake-source__address">{live.address}</Text>}
              trailing={
                <IconButton
                  icon="copy"
                  label="复制地址"
                  onPress={() => void copy(live.address, '地址已复制')}
                />
              }
            />
            <Row
              icon="key-round"
              title="密钥"
              detail={
                live.secretSetAt === null
                  ? '还没有设置，现在什么也收不到'
                  : live.secretReadable
                    ? `${formatAbsolute(live.secretSetAt, now)} 设置，不再显示`
                    : '读不出来了，请重新设置'
              }
              value={live.secretSetAt === null ? '设置' : '更换'}
              onPress={() => setSheet('secret')}
            />
            <Row
              icon="refresh-cw"
              title="更换地址"
              detail="地址泄露时用"
              acts
              disabled={renew.pending}
              onPress={() => void askRenew()}
            />
          </Card>
        )}

        <SectionHeader title="线索给谁" />
        <FieldGroup>
          <Field name="assignment" label="分配" stacked error={form.errors.assignment}>
            <View className="intake-source__ways">
              <Segmented options={WAYS} value={value.to} onChange={(to) => change({ to }, 'assignment')} />
            </View>
          </Field>
          {value.to === 'owner' && (
            <PickField
              name="ownerId"
              label="跟进人"
              text={value.owner?.name ?? null}
              onPress={() => setSheet('owner')}
            />
          )}
          {value.to === 'group' && (
            <SelectField
              name="groupId"
              label="分配组"
              hint="没有人能接时留在公海"
              options={[
                { value: FIRST_GROUP, label: '第一个组' },
                ...(groups.data?.list ?? []).map(({ id, name }) => ({ value: id, label: name })),
              ]}
              value={value.groupId ?? FIRST_GROUP}
              onChange={(groupId) => change({ groupId: groupId || null })}
            />
          )}
          <PickField
            name="registrantId"
            label="登记人"
            hint="线索算这位同事登记的"
            text={value.registrant?.name ?? null}
            error={form.errors.registrantId}
            onPress={() => setSheet('registrant')}
          />
          <SelectField
            name="leadSource"
            label="线索来源"
            options={options<LeadSource>(SOURCE_LABELS)}
            value={value.leadSource}
            error={form.errors.leadSource}
            onChange={(leadSource) => leadSource && change({ leadSource })}
          />
          <TextField
            name="campaign"
            label="活动标签"
            maxLength={100}
            placeholder="如：开年直播，写进来源账号"
            value={value.campaign}
            error={form.errors.campaign}
            onChange={(campaign) => change({ campaign })}
          />
        </FieldGroup>

        {MAPPED_KINDS.includes(value.kind) && (
          <>
            <SectionHeader title="字段对应" />
            <FieldGroup>
              <SwitchField
                name="mapping"
                label="自己对应"
                hint={
                  value.ownNames ? '左边是线索的字段，右边填平台用的字段名' : '现在按平台默认的字段名识别'
                }
                value={value.ownNames}
                error={form.errors.mapping}
                onChange={(ownNames) => change({ ownNames }, 'mapping')}
              />
              {value.ownNames &&
                CLUE_FIELDS.map((field) => (
                  <TextField
                    key={field}
                    name={`mapping.${field}`}
                    label={CLUE_FIELD_LABELS[field]}
                    maxLength={100}
                    placeholder="不取"
                    value={value.names[field] ?? ''}
                    onChange={(name) => change({ names: { ...value.names, [field]: name } }, 'mapping')}
                  />
                ))}
            </FieldGroup>
          </>
        )}
        {initial && (
          <Button block kind="plain" pending={remove.pending} onPress={() => void askRemove()}>
            删除来源
          </Button>
        )}
      </View>
      <UserPicker
        open={sheet === 'owner' || sheet === 'registrant'}
        title={sheet === 'registrant' ? '登记人' : '跟进人'}
        assignable={sheet === 'owner'}
        value={(sheet === 'registrant' ? value.registrant : value.owner)?.id ?? null}
        onPick={({ id, name }) => {
          if (sheet === 'registrant') change({ registrant: { id, name } }, 'registrantId');
          else change({ owner: { id, name } }, 'assignment');
          setSheet(null);
        }}
        onClose={() => setSheet(null)}
      />
      {sheet === 'secret' && live && (
        <SecretSheet
          source={live}
          version={version}
          onSet={(next) => {
            setVersion(next.version);
            setSheet(null);
          }}
          onClose={() => setSheet(null)}
        />
      )}
    </Page>
  );
}
