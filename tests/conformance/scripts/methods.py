"""Methods, class methods and static methods are flows and tasks."""

from prefect import flow, task


class Shop:
    tax = 2

    def __init__(self, price: int) -> None:
        self.price = price

    @task
    def cost(self, count: int) -> int:
        return self.price * count

    @flow
    def order(self, count: int) -> int:
        return self.cost(count) + self.with_tax(1) + self.plain(5)

    @classmethod
    @flow
    def quote(cls, amount: int) -> int:
        return amount * cls.tax

    @classmethod
    @task
    def with_tax(cls, amount: int) -> int:
        return amount + cls.tax

    @staticmethod
    @task
    def plain(amount: int) -> int:
        return amount

    @staticmethod
    @flow
    def static_order(amount: int) -> int:
        return Shop.plain(amount)


if __name__ == "__main__":
    shop = Shop(3)
    print(shop.order(2), Shop.quote(4), Shop.static_order(7))
    print(Shop(10).order(1), shop.cost.name)
