"""Administration pages of the city. What a city pack states is overwritten when a changed pack is loaded."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from civic311.lib.cached import forget_all
from departments.models import (
    Area,
    Calendar,
    Category,
    CategoryGroup,
    City,
    Department,
    EscalationRule,
    Holiday,
    Landmark,
    LandmarkName,
    Membership,
    Partner,
    Question,
    RoutingRule,
    StaffUser,
    Street,
)

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    StaffAdmin = UserAdmin[StaffUser]
    CreationForm = AdminUserCreationForm[StaffUser]
    ChangeForm = UserChangeForm[StaffUser]
else:  # the classes can't be subscripted where the program runs
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    StaffAdmin = UserAdmin
    CreationForm = AdminUserCreationForm
    ChangeForm = UserChangeForm


class CityDataAdmin(ModelAdmin):
    """Changes take effect at once: every cache keyed with the city's version is built anew."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        _raise_version()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        _raise_version()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        _raise_version()


def _raise_version() -> None:
    City.objects.update(version=F("version") + 1)
    forget_all()


@admin.register(City)
class CityAdmin(CityDataAdmin):
    list_display = ["name", "full_name", "slug", "timezone", "version"]
    readonly_fields = ["slug", "pack_path", "pack_digest", "version"]
    exclude = ["id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: City | None = None) -> bool:
        return False


class HolidayInline(TabularInline):
    model = Holiday
    extra = 0
    ordering = ["day"]


@admin.register(Calendar)
class CalendarAdmin(CityDataAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    inlines = [HolidayInline]


class MembershipInline(TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["department"]


@admin.register(Department)
class DepartmentAdmin(CityDataAdmin):
    list_display = ["name", "short_name", "phone", "email", "calendar", "is_active"]
    list_filter = ["is_active", "calendar"]
    list_select_related = ["calendar"]
    search_fields = ["name", "short_name", "slug", "email"]
    ordering = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(EscalationRule)
class EscalationRuleAdmin(CityDataAdmin):
    list_display = ["name", "hours", "department", "category", "to_role", "to_user", "is_active"]
    list_filter = ["is_active", "to_role", "department"]
    list_select_related = ["department", "category", "to_user"]
    search_fields = ["name"]
    autocomplete_fields = ["department", "category", "to_user"]
    ordering = ["hours", "name"]


@admin.register(CategoryGroup)
class CategoryGroupAdmin(CityDataAdmin):
    list_display = ["name", "slug", "position"]
    list_editable = ["position"]
    search_fields = ["name"]
    ordering = ["position", "name"]


@admin.register(Category)
class CategoryAdmin(CityDataAdmin):
    list_display = ["name", "group", "kind", "department", "target", "is_online", "is_public", "is_active"]
    list_filter = ["is_active", "is_online", "is_public", "kind", "group", "department"]
    list_select_related = ["group", "department"]
    search_fields = ["name", "slug", "keywords", "description"]
    autocomplete_fields = ["department", "group"]
    ordering = ["group__position", "position", "name"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "group", "kind", "department", "position", "is_active"]}),
        (_("What residents read"), {"fields": ["description", "keywords", "photo_hint", "notice"]}),
        (_("Promise"), {"fields": ["sla_amount", "sla_unit", "priority"]}),
        (
            _("Rules"),
            {"fields": ["is_online", "is_public", "anonymous_allowed", "place_rule", "place_is_sensitive"]},
        ),
        (_("Imported data"), {"fields": ["source_types"]}),
    ]

    @admin.display(description=_("target"))
    def target(self, category: Category) -> str:
        if category.sla_amount is None:
            return "–"
        return f"{category.sla_amount} {category.get_sla_unit_display()}"


@admin.register(Question)
class QuestionAdmin(CityDataAdmin):
    """Questions are retired, not deleted: their answers refer to them."""

    list_display = ["label", "category", "kind", "is_required", "is_private", "position", "is_active"]
    list_filter = ["is_active", "kind", "is_required", "is_private", "category"]
    list_select_related = ["category"]
    search_fields = ["label", "slug", "category__name"]
    autocomplete_fields = ["category", "depends_on"]
    ordering = ["category__name", "position"]

    def has_delete_permission(self, request: HttpRequest, obj: Question | None = None) -> bool:
        return False


@admin.register(Area)
class AreaAdmin(CityDataAdmin):
    list_display = ["name", "kind", "slug", "population", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "slug"]
    ordering = ["kind", "name"]
    exclude = ["polygon"]
    readonly_fields = ["west", "south", "east", "north"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Areas need a polygon: they come from the city pack."""
        return False


@admin.register(Partner)
class PartnerAdmin(CityDataAdmin):
    list_display = ["name", "phone", "email", "owns", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "slug", "owns"]
    ordering = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(RoutingRule)
class RoutingRuleAdmin(CityDataAdmin):
    list_display = ["priority", "name", "words", "channel", "department", "partner", "is_active"]
    list_display_links = ["name"]
    list_filter = ["is_active", "department", "partner"]
    list_select_related = ["department", "partner"]
    search_fields = ["name", "slug", "words"]
    autocomplete_fields = ["categories", "areas", "department", "partner"]
    ordering = ["priority", "name"]
    prepopulated_fields = {"slug": ["name"]}


class StaffUserCreationForm(CreationForm):
    class Meta:
        model = StaffUser
        fields = ["email", "name", "role"]

    def clean_email(self) -> str:
        """Addresses are kept in small letters."""
        return str(self.cleaned_data["email"]).lower()


class StaffUserChangeForm(ChangeForm):
    class Meta:
        model = StaffUser
        fields = "__all__"
        field_classes: ClassVar[dict[str, Any]] = {}

    def clean_email(self) -> str:
        """Addresses are kept in small letters."""
        return str(self.cleaned_data["email"]).lower()


@admin.register(StaffUser)
class StaffUserAdmin(StaffAdmin):
    form = StaffUserChangeForm
    add_form = StaffUserCreationForm
    list_display = ["email", "name", "role", "departments_named", "is_active", "last_login"]
    list_filter = ["role", "is_active", "departments"]
    search_fields = ["email", "name"]
    ordering = ["name", "email"]
    autocomplete_fields = ["area"]
    filter_horizontal = ["user_permissions"]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["email", "password", "name"]}),
        (_("Work"), {"fields": ["role", "area", "sees_all_departments"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "name", "role", "usable_password", "password1", "password2"],
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("departments")

    @admin.display(description=_("departments"))
    def departments_named(self, user: StaffUser) -> str:
        return ", ".join(department.short_name for department in user.departments.all())


class ReadOnlyAdmin(ModelAdmin):
    """Rows that only a city pack writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Street)
class StreetAdmin(ReadOnlyAdmin):
    list_display = ["label", "kind", "latitude", "longitude"]
    list_filter = ["kind"]
    search_fields = ["key__startswith"]
    search_help_text = _("The beginning of the name, in capitals: HOLLIDAY")
    ordering = ["key", "direction"]


class LandmarkNameInline(TabularInline):
    model = LandmarkName
    extra = 0


@admin.register(Landmark)
class LandmarkAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "address", "latitude", "longitude"]
    list_filter = ["kind"]
    search_fields = ["name"]
    ordering = ["name"]
    inlines = [LandmarkNameInline]
