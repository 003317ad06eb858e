import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { type AssignmentGroup, assignment } from '#shared/assignment/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import type { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { useAction, useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { RestoredNotice } from '../../domain/restored-notice';
import { useFormErrors } from '../../domain/use-form-errors';
import { useNow } from '../../domain/use-now';
import { UserPicker } from '../../domain/user-picker';
import {
  Avatar,
  Banner,
  Button,
  Card,
  Chip,
  confirm,
  FieldGroup,
  fieldId,
  Icon,
  IconButton,
  Page,
  Press,
  Row,
  SectionHeader,
  SelectField,
  TextField,
  toast,
} from '../../ui';
import { ChosenRecord } from '../chosen-record';
import {
  BLANK_GROUP,
  type GroupForm,
  type MemberForm,
  minutesWords,
  shareWords,
  toForm,
  toWire,
} from './group-form';
import { RegionSheet } from './region-sheet';
import './index.scss';

const MINUTES = [10, 15, 30, 60, 120, 240, 540, 1080];
const MAX_WEIGHT = 10;
const REFRESH = [assignment.list, assignment.duty];
const titleOf = (id: string | undefined) => (id ? '分配组' : '新建分配组');

export default function GroupPage() {
  const { id } = useRouter().params;
  const title = titleOf(id);
  return (
    <Guarded title={title} permission="pool.manage">
      {() => <PickedGroup id={id} title={title} />}
    </Guarded>
  );
}

interface Picked {
  id: string | undefined;
  title: string;
}

function PickedGroup({ id, title }: Picked) {
  const read = useDetail(assignment.list, {});
  return (
    <ChosenRecord title={title} id={id} read={read} gone="这个分配组已经被删除" leave={leave}>
      {(group) => <GroupEditor key={id ?? 'new'} group={group} offline={read.error?.offline} />}
    </ChosenRecord>
  );
}

const leave = () => goBack('/admin/groups/index');

interface GroupEditorProps {
  group: AssignmentGroup | null;
  offline: boolean | undefined;
}

function GroupEditor({ group, offline }: GroupEditorProps) {
  const now = useNow();
  // What the form began with: a refresh in the background must not change what is being edited.
  const [initial] = useState(group);
  const [version, setVersion] = useState(initial?.version ?? 0);
  const draft = useDraft<GroupForm>(
    initial ? `assignment-group:${initial.id}:${initial.version}` : 'assignment-group',
    initial ? toForm(initial) : BLANK_GROUP,
  );
  const { name, acceptMinutes, members } = draft.value;
  const [adding, setAdding] = useState(false);
  const [placing, setPlacing] = useState<string | null>(null);
  const form = useFormErrors(['name', 'acceptMinutes', 'members']);
  const left = useRef(false);

  const onError = (error: ApiError) => {
    const current = (error.details as { current?: AssignmentGroup } | null | undefined)?.current;
    if (current) {
      setVersion(current.version);
      form.fail('刚刚有人改过这个分配组。你的改动还在，再保存一次会以你的为准');
    } else if (error.fields) form.show(error.fields);
    else if (error.status !== 401) form.fail(error.message);
  };
  const done = (words: string) => () => {
    if (left.current) return;
    left.current = true;
    draft.clear();
    toast(words);
    leave();
  };
  const create = useAction(assignment.create, { refresh: REFRESH, onError, onDone: done('已新建') });
  const update = useAction(assignment.update, { refresh: REFRESH, onError, onDone: done('已保存') });
  const remove = useAction(assignment.remove, { refresh: REFRESH, onError, onDone: done('已删除') });

  const change = (changes: Partial<GroupForm>) => {
    form.clear(Object.keys(changes));
    draft.setValue((before) => ({ ...before, ...changes }));
  };
  const changeMember = (userId: string, changes: Partial<MemberForm>) =>
    change({
      members: members.map((member) => (member.userId === userId ? { ...member, ...changes } : member)),
    });
  const save = () => {
    const judged = assignment.create.body.safeParse(toWire(draft.value));
    if (!judged.success) {
      // Of the members it counts which list it is, not which line.
      const errors = fieldErrorsOf(judged.error.issues);
      return form.show(errors.map((each) => ({ ...each, field: each.field.split('.')[0] ?? '' })));
    }
    form.show([]);
    if (initial) void update.run({ params: { id: initial.id }, body: { version, ...judged.data } });
    else void create.run({ body: judged.data });
  };
  const askRemove = async () => {
    if (!initial) return;
    const sure = await confirm({
      title: `删除“${initial.name}”？`,
      message: '已经分出去的线索不变；以后不再按这个组轮流分。',
      confirm: '删除',
      danger: true,
    });
    if (sure) void remove.run({ params: { id: initial.id }, body: { version } });
  };

  const minutes = [...new Set([...MINUTES, ...(acceptMinutes === null ? [] : [acceptMinutes])])].sort(
    (a, b) => a - b,
  );
  const placed = members.find(({ userId }) => userId === placing);
  const told = new Map(initial?.members.map((member) => [member.user.id, member]));
  return (
    <Page
      title={titleOf(initial?.id)}
      home="/pages/me/index"
      scrollTo={form.scrollTo}
      banner={
        form.failure ? <Banner tone="danger">{form.failure}</Banner> : <ConnectionBanner offline={offline} />
      }
      footer={
        <View className="group__save">
          <Button kind="primary" block pending={create.pending || update.pending} onPress={save}>
            保存
          </Button>
        </View>
      }
    >
      <View className="group">
        {draft.restored !== null && (
          <RestoredNotice at={draft.restored} now={now} onDiscard={draft.discard} />
        )}
        <FieldGroup>
          <TextField
            name="name"
            label="名称"
            required
            maxLength={50}
            placeholder="如：华南新线索"
            value={name}
            error={form.errors.name}
            onChange={(next) => change({ name: next })}
          />
          <SelectField
            name="acceptMinutes"
            label="接收期限"
            hint={
              acceptMinutes === null ? '分到谁就是谁的，不用确认' : '只算工作日9点到18点；没接收就转给下一位'
            }
            options={[
              { value: '', label: '不用接收' },
              ...minutes.map((each) => ({ value: String(each), label: minutesWords(each) })),
            ]}
            value={acceptMinutes === null ? '' : String(acceptMinutes)}
            error={form.errors.acceptMinutes}
            onChange={(next) => change({ acceptMinutes: next ? Number(next) : null })}
          />
        </FieldGroup>
        <SectionHeader title="成员" {...(members.length > 0 ? { count: `${members.length}人` } : {})} />
        {members.map((member) => (
          <MemberCard
            key={member.userId}
            member={member}
            share={shareWords(members, member.weight)}
            passedOver={told.get(member.userId)?.passedOver ?? null}
            onChange={(changes) => changeMember(member.userId, changes)}
            onPlace={() => setPlacing(member.userId)}
            onRemove={() => change({ members: members.filter(({ userId }) => userId !== member.userId) })}
          />
        ))}
        <View id={fieldId('members')}>
          <Card>
            <Row
              icon="user-plus"
              title="添加成员"
              tone="accent"
              acts
              {...(members.length === 0 ? { detail: '新线索在成员里轮流分' } : {})}
              onPress={() => setAdding(true)}
            />
          </Card>
          {form.errors.members && (
            <View className="group__error" {...{ role: 'alert' }}>
              <Icon name="circle-alert" size="s" />
              <Text>{form.errors.members}</Text>
            </View>
          )}
        </View>
        {initial && (
          <Button block kind="plain" pending={remove.pending} onPress={() => void askRemove()}>
            删除分配组
          </Button>
        )}
      </View>
      <UserPicker
        open={adding}
        title="添加成员"
        assignable
        onPick={(user) => {
          if (members.some(({ userId }) => userId === user.id))
            toast(`${user.name}已经在组里`, { kind: 'plain' });
          else
            change({ members: [...members, { userId: user.id, name: user.name, weight: 1, regions: [] }] });
          setAdding(false);
        }}
        onClose={() => setAdding(false)}
      />
      {placed && (
        <RegionSheet
          name={placed.name}
          value={placed.regions}
          onChange={(regions) => changeMember(placed.userId, { regions })}
          onClose={() => setPlacing(null)}
        />
      )}
    </Page>
  );
}

interface MemberCardProps {
  member: MemberForm;
  /** What the weight comes to. */
  share: string;
  /** Why they get none now. */
  passedOver: string | null;
  onChange: (changes: Partial<MemberForm>) => void;
  onPlace: () => void;
  onRemove: () => void;
}

function MemberCard({ member, share, passedOver, onChange, onPlace, onRemove }: MemberCardProps) {
  const { name, weight, regions } = member;
  return (
    <Card>
      <View className="member">
        <View className="member__head">
          <Avatar name={name} size="s" />
          <Text className="member__name">{name}</Text>
          {passedOver && <Text className="member__why">{passedOver}</Text>}
          <IconButton icon="trash-2" label={`移出${name}`} onPress={onRemove} />
        </View>
        <View className="member__line">
          <Text className="member__label">权重</Text>
          <Text className="member__share">{share}</Text>
          <Stepper name={name} value={weight} onChange={(next) => onChange({ weight: next })} />
        </View>
        <View className="member__line">
          <Text className="member__label">地区</Text>
          <View className="member__regions">
            {regions.map((region) => (
              <Chip
                key={region}
                removable
                onPress={() => onChange({ regions: regions.filter((one) => one !== region) })}
              >
                {region}
              </Chip>
            ))}
            <Chip icon="plus" onPress={onPlace}>
              {regions.length > 0 ? '地区' : '不分地区'}
            </Chip>
          </View>
        </View>
      </View>
    </Card>
  );
}

interface StepperProps {
  name: string;
  value: number;
  onChange: (value: number) => void;
}

function Stepper({ name, value, onChange }: StepperProps) {
  const step = (by: number, label: string, sign: string) => {
    const next = value + by;
    const out = next < 1 || next > MAX_WEIGHT;
    return (
      <Press className="stepper__touch" label={label} disabled={out} onPress={() => onChange(next)}>
        <View className={out ? 'stepper__disc stepper__disc--out' : 'stepper__disc'}>
          <Text>{sign}</Text>
        </View>
      </Press>
    );
  };
  return (
    <View className="stepper">
      {step(-1, `${name}权重减一`, '−')}
      <Text className="stepper__value" {...{ 'aria-live': 'polite' }}>
        {value}
      </Text>
      {step(1, `${name}权重加一`, '+')}
    </View>
  );
}
