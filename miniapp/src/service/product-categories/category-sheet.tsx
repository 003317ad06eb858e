import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { type ProductCategory, products } from '#shared/products/contract.ts';
import type { ApiError } from '../../api/call';
import { useAction } from '../../api/query';
import { wrongIn } from '../../domain/edit-page';
import { defineTextForm } from '../../domain/text-form';
import { type FieldErrors, useFormErrors } from '../../domain/use-form-errors';
import { Button, FieldGroup, Sheet, TextField, toast } from '../../ui';

type CategoryField = 'categoryName' | 'categoryCode' | 'sortOrder' | 'description';

const form = defineTextForm<CategoryField>({
  labels: { categoryName: '名称', categoryCode: '编码', sortOrder: '顺序', description: '说明' },
  numbers: ['sortOrder'],
  required: ['categoryName', 'categoryCode', 'sortOrder'],
});

interface CategorySheetProps {
  /** Null: another one. */
  category: ProductCategory | null;
  onClose: () => void;
}

/** Name, code and place of a category; takes it out of use and back. */
export function CategorySheet({ category, onClose }: CategorySheetProps) {
  const [version, setVersion] = useState(category?.version ?? 0);
  const [base] = useState(() =>
    form.fill(category ?? { categoryName: '', categoryCode: '', sortOrder: 0, description: '' }),
  );
  const [value, setValue] = useState(base);
  const errors = useFormErrors(form.names);

  const onError = (error: ApiError) => {
    const current = (error.details as { current?: ProductCategory } | null | undefined)?.current;
    if (error.status === 401) return;
    if (current) {
      setVersion(current.version);
      errors.fail('刚刚有人改过这个分类。你的改动还在，再提交一次会以你的为准');
    } else if (error.code === 'PRODUCT_CATEGORY_CODE_TAKEN')
      errors.show([{ field: 'categoryCode', message: error.message }]);
    else if (error.fields) errors.show(error.fields as FieldErrors);
    else errors.fail(error.message);
  };
  const done = (words: string) => () => {
    toast(words);
    onClose();
  };
  const refresh = [products.categories, products.list];
  const create = useAction(products.createCategory, { refresh, onError, onDone: done('已新建') });
  const update = useAction(products.updateCategory, { refresh, onError, onDone: done('已保存') });
  const change = useAction(products.changeCategoryStatus, {
    refresh,
    onError,
    onDone: ({ isActive }) => done(isActive ? '已启用' : '已停用')(),
  });
  const params = { id: category?.id ?? '' };

  const save = () => {
    const changes = form.changes(base, value);
    const judged = category
      ? products.updateCategory.body.safeParse({ ...changes, version })
      : products.createCategory.body.safeParse(form.draft(value));
    if (!judged.success) return errors.show(fieldErrorsOf(judged.error.issues));
    errors.show([]);
    if (!category) void create.run({ body: judged.data as Parameters<typeof create.run>[0]['body'] });
    else if (Object.keys(changes).length === 0) onClose();
    else void update.run({ params, body: judged.data as Parameters<typeof update.run>[0]['body'] });
  };

  const text = (name: CategoryField) => ({
    name,
    label: form.labels[name],
    value: value[name],
    error: errors.errors[name],
    onChange: (next: string) => {
      errors.clear([name]);
      setValue((before) => ({ ...before, [name]: next }));
    },
  });
  const failure = wrongIn(errors.errors).length === 0 && errors.failure;
  return (
    <Sheet
      open
      title={category ? '分类' : '新建分类'}
      onClose={onClose}
      footer={
        <View className="category-form__buttons">
          <Button kind="primary" block pending={create.pending || update.pending} onPress={save}>
            保存
          </Button>
          {category && (
            <Button
              kind="plain"
              block
              pending={change.pending}
              onPress={() => void change.run({ params, body: { version, isActive: !category.isActive } })}
            >
              {category.isActive ? '停用，选产品时不再出现' : '重新启用'}
            </Button>
          )}
        </View>
      }
    >
      <FieldGroup>
        <TextField {...text('categoryName')} required maxLength={50} focus={category === null} />
        <TextField {...text('categoryCode')} required placeholder="如 LOCK，不重复" maxLength={50} />
        <TextField {...text('sortOrder')} kind="number" placeholder="小的在前" maxLength={4} />
        <TextField {...text('description')} maxLength={200} />
      </FieldGroup>
      {failure && (
        <Text className="category-form__error" {...{ role: 'alert' }}>
          {failure}
        </Text>
      )}
    </Sheet>
  );
}
