import { expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { equipment } from '#shared/equipment/contract.ts';
import { files } from '#shared/files/contract.ts';
import { products } from '#shared/products/contract.ts';
import { asking, enter, newPhone, signedIn } from './phone.ts';

let made = 0;
const unique = (what: string) => `${what}${Date.now()}${++made}`;

/** A customer of the rep that no other test touches. */
async function ownCustomer() {
  const rep = await asking('sales');
  const customerName = unique('设备测试酒店');
  const { id } = await rep.call(customers.create, {
    body: { customerName, contact: { name: '廖经理', phone: '13600001234' } },
  });
  const read = () => rep.call(customers.get, { params: { id } });
  return { rep, id, customerName, read };
}

/** A unit at a customer's. */
async function ownUnit(more: { installedOn?: string; warrantyMonths?: number } = {}) {
  const { rep, id: customerId, customerName } = await ownCustomer();
  const equipmentName = unique('门锁');
  const serialNo = unique('SN');
  const unit = await rep.call(equipment.create, { body: { equipmentName, serialNo, customerId, ...more } });
  const read = () => rep.call(equipment.get, { params: { id: unit.id } });
  return { rep, customerId, customerName, equipmentName, serialNo, unit, read };
}

const bySerial = async (code: string) =>
  (await (await asking('admin')).call(equipment.list, { query: { keyword: code } })).list;

it('opens the unit of a scanned label after the login that it asked for', async () => {
  const { unit, equipmentName } = await ownUnit({ installedOn: '2020-01-01' });
  const phone = await newPhone();
  await phone.open(`service/equipment/index?code=${unit.code}`);
  await phone.page.locator('input[type=password]').waitFor();
  await enter(phone, 'engineer');
  await phone.sees(equipmentName);
  await phone.sees('已过保');
  await phone.tap('报修');
  await phone.page.waitForURL(new RegExp(`service/ticket-form/index\\?equipmentId=${unit.id}`));
});

it('registers a unit whose code nobody knows, under that number, with what its product says', async () => {
  const { customerName } = await ownCustomer();
  const admin = await asking('admin');
  const productName = unique('网关');
  await admin.call(products.create, {
    body: { productCode: unique('G'), productName, salePrice: 3680, unit: '台', warrantyMonths: 36 },
  });
  const code = unique('NOSUCH');
  const phone = await signedIn('engineer');
  await phone.open(`service/equipment/index?code=${code}`);
  await phone.sees(`没有找到“${code}”`);
  await phone.tap('登记这台设备');
  await expect.poll(() => phone.field('机身上的序列号').inputValue()).toBe(code);
  await phone.tap('保存');
  await phone.sees('选择它在哪位客户那里');
  await phone.tap('客户');
  await phone.fill('搜索客户、联系人、电话', customerName);
  await phone.choose(customerName);
  await phone.tap('产品');
  await phone.fill('搜索名称、编码、品牌', productName);
  await phone.choose(productName);
  await expect.poll(() => phone.field('如 大堂门锁').inputValue()).toBe(productName);
  await phone.tap('保存');
  await phone.sees('质保未知');
  expect(await bySerial(code)).toMatchObject([
    { equipmentName: productName, serialNo: code, warrantyMonths: 36, customer: { customerName } },
  ]);
});

it('says under the serial number that it is taken, and keeps what was typed', async () => {
  const { serialNo, customerId, customerName } = await ownUnit();
  const phone = await signedIn('sales');
  const name = encodeURIComponent(customerName);
  await phone.open(`service/equipment-form/index?customerId=${customerId}&name=${name}`);
  await phone.sees(customerName);
  await phone.fill('如 大堂门锁', '另一把锁');
  await phone.fill('机身上的序列号', serialNo);
  await phone.tap('保存');
  await phone.sees('这个序列号已经登记过');
  expect(await phone.field('如 大堂门锁').inputValue()).toBe('另一把锁');
});

it('registers a unit without a network, once', async () => {
  const { id, customerName } = await ownCustomer();
  const serialNo = unique('OFF');
  const phone = await signedIn('engineer');
  const name = encodeURIComponent(customerName);
  await phone.open(`service/equipment-form/index?customerId=${id}&name=${name}`);
  await phone.sees(customerName);
  await phone.context.setOffline(true);
  await phone.fill('如 大堂门锁', '地下室网关');
  await phone.fill('机身上的序列号', serialNo);
  await phone.tap('保存');
  await phone.sees('已保存在手机');
  expect(await bySerial(serialNo)).toHaveLength(0);
  await phone.context.setOffline(false);
  await expect.poll(async () => (await bySerial(serialNo)).length).toBe(1);
});

it('takes a unit out of use with a reason, and brings it back', async () => {
  const { unit, equipmentName, read } = await ownUnit();
  const phone = await signedIn('sales');
  await phone.open(`service/equipment/index?id=${unit.id}`);
  await phone.sees(equipmentName);
  await phone.tap('更多');
  await phone.tap('停用');
  await phone.tap('报废');
  await phone.tap('停用');
  await expect.poll(async () => (await read()).status).toBe('retired');
  await phone.tap('恢复使用');
  await expect.poll(async () => (await read()).status).toBe('in_use');
  await phone.sees('报修');
});

it('prints the label of a unit', async () => {
  const { unit, equipmentName } = await ownUnit();
  const phone = await signedIn('sales');
  await phone.open(`service/equipment/index?id=${unit.id}`);
  await phone.sees(equipmentName);
  const [download] = await Promise.all([phone.page.waitForEvent('download'), phone.tap('标签')]);
  expect(download.suggestedFilename()).toBe(`设备标签 ${unit.no}.pdf`);
});

it('shows a unit that was opened before without a network', async () => {
  const { unit, equipmentName } = await ownUnit({ installedOn: '2020-01-01' });
  const phone = await signedIn('engineer');
  await phone.open(`service/equipment/index?code=${unit.code}`);
  await phone.sees(equipmentName);
  await phone.open('pages/me/index');
  await phone.context.setOffline(true);
  await phone.page.evaluate(`location.hash = '#/service/equipment/index?code=${unit.code}'`);
  await phone.sees(equipmentName);
  await phone.sees('已过保');
  await phone.sees('没有网络');
});

it('shows the units of a customer, its place on the map and a picture of it', async () => {
  const { customerId, equipmentName, rep } = await ownUnit();
  const phone = await signedIn('sales');
  await phone.open(`sales/customer-detail/index?id=${customerId}`);
  await phone.sees(equipmentName);
  await phone.front.getByText('地图位置').click();
  await phone.tap('粘贴坐标');
  await phone.fill('120.1302, 30.2592', '没有数字');
  await phone.tap('保存位置');
  await phone.sees(/没有看到经纬度/);
  await phone.fill('120.1302, 30.2592', '120.1302,30.2592');
  await phone.tap('保存位置');
  await phone.sees('已标记');
  const read = () => rep.call(customers.get, { params: { id: customerId } });
  expect((await read()).coordinates).toEqual({ latitude: 30.2592, longitude: 120.1302 });
  const [chooser] = await Promise.all([phone.page.waitForEvent('filechooser'), phone.tap('添加照片')]);
  await chooser.setFiles({ name: '大堂.png', mimeType: 'image/png', buffer: PIXEL });
  const uploaded = async () =>
    (await rep.call(files.list, { query: { entity: 'customers', entityId: customerId } })).list;
  await expect.poll(async () => (await uploaded()).length).toBe(1);
  await phone.front.getByRole('button', { name: /^附件第1张/ }).waitFor();
});

/** A picture of one white pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

it('keeps products and categories, with the cost for those only who may see it', async () => {
  const productName = unique('读卡头');
  const categoryName = unique('配件');
  const admin = await signedIn('admin');
  await admin.open('service/product-categories/index');
  await admin.tap('新建分类');
  const field = (name: string) => admin.front.locator(`#field-${name} input`);
  await field('categoryName').fill(categoryName);
  await field('categoryCode').fill(unique('C'));
  await admin.tap('保存');
  await admin.sees(categoryName);
  await admin.open('service/product-form/index');
  await field('productName').fill(productName);
  await field('productCode').fill(unique('P'));
  await admin.tap('分类');
  await admin.choose(categoryName);
  await field('salePrice').fill('1280.5');
  await field('costPrice').fill('760');
  await admin.tap('保存');
  await admin.sees('¥1,280.50/台');
  await admin.sees('¥760.00');
  const [product] = (await (await asking('admin')).call(products.list, { query: { keyword: productName } }))
    .list;
  expect(product).toMatchObject({ salePrice: 1280.5, costPrice: 760, category: { categoryName } });

  const engineer = await signedIn('engineer');
  await engineer.open(`service/product/index?id=${product?.id}`);
  await engineer.sees('¥1,280.50/台');
  for (const words of [/成本/, /^编辑$/]) await engineer.lacks(words);
});

it('leaves the next field to whoever goes on typing there at once', async () => {
  const admin = await signedIn('admin');
  await admin.open('service/product-categories/index');
  await admin.tap('新建分类');
  const name = admin.front.locator('#field-categoryName input');
  const code = admin.front.locator('#field-categoryCode input');
  await expect.poll(() => name.evaluate((input) => input === document.activeElement)).toBe(true);
  // Within one moment, so that the first field is drawn anew when the second one has the focus.
  await admin.page.evaluate(async () => {
    const input = (field: string) => document.querySelector<HTMLInputElement>(`#field-${field} input`);
    document.execCommand('insertText', false, '主机');
    input('categoryCode')?.focus();
    for (let frames = 0; frames < 10; frames++) await new Promise(requestAnimationFrame);
  });
  await admin.page.keyboard.insertText('HOST');
  expect([await name.inputValue(), await code.inputValue()]).toEqual(['主机', 'HOST']);
});

it('offers nobody to register or repair who may only look', async () => {
  const { unit, equipmentName } = await ownUnit();
  const finance = await signedIn('finance');
  await finance.open(`service/equipment/index?id=${unit.id}`);
  await finance.sees(equipmentName);
  for (const words of [/^报修$/, /^编辑$/, /^停用$/]) await finance.lacks(words);
  await finance.open('service/equipment/index?code=NOSUCH');
  await finance.sees('没有找到“NOSUCH”');
  await finance.lacks('登记这台设备');
});
