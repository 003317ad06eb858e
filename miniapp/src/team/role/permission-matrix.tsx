import { Text, View } from '@tarojs/components';
import type { PermissionEntry } from '#shared/roles/contract.ts';
import { Card, cx, SectionHeader, Segmented } from '../../ui';
import { NONE, optionsFor, type RoleForm, reachIn, withReach, wordOf } from './role-form';

interface PermissionMatrixProps {
  catalogue: readonly PermissionEntry[];
  base: RoleForm;
  form: RoleForm;
  onChange: (form: RoleForm) => void;
}

/** What a role may do, under headings; what differs from the saved role is marked and says what it was. */
export function PermissionMatrix({ catalogue, base, form, onChange }: PermissionMatrixProps) {
  const groups = [...new Set(catalogue.map(({ group }) => group))];
  return (
    <View className="matrix">
      {groups.map((group) => {
        const entries = catalogue.filter((entry) => entry.group === group);
        const granted = entries.filter(({ permission }) => reachIn(form, permission) !== NONE);
        return (
          <View key={group} className="matrix__group">
            <SectionHeader title={group} count={`${granted.length}/${entries.length}`} />
            <Card>
              {entries.map((entry) => (
                <PermissionRow
                  key={entry.permission}
                  entry={entry}
                  before={reachIn(base, entry.permission)}
                  value={reachIn(form, entry.permission)}
                  onChange={(reach) => onChange(withReach(form, entry.permission, reach))}
                />
              ))}
            </Card>
          </View>
        );
      })}
    </View>
  );
}

interface PermissionRowProps {
  entry: PermissionEntry;
  before: string;
  value: string;
  onChange: (reach: string) => void;
}

function PermissionRow({ entry: { label, scoped }, before, value, onChange }: PermissionRowProps) {
  const changed = before !== value;
  return (
    <View
      className={cx('matrix__row', !scoped && 'matrix__row--switch', changed && 'matrix__row--changed')}
      {...{ role: 'group', 'aria-label': label }}
    >
      <View className="matrix__words">
        <Text className="matrix__label">{label}</Text>
        {changed && <Text className="matrix__before">{`已改，原为${wordOf(scoped, before)}`}</Text>}
      </View>
      <View className="matrix__control">
        <Segmented options={optionsFor(scoped)} value={value} onChange={onChange} />
      </View>
    </View>
  );
}
